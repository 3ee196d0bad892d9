package org.amino.runtime.schedule;

import org.amino.runtime.wire.Protocol;


/** What the Python half has to do with calls to an object, and so which calls of clients run without it. */
public enum Management {
  /** Nothing. */
  NONE(0),
  /** There are proxies only; a client that has run them itself needs nobody. */
  PROXIES(Protocol.FLAG_PROXIES_DONE),
  /** There are instance managers, which see every call. */
  INSTANCE_MANAGERS(0);

  private final int suffices;

  Management(int flag) {
    suffices = Protocol.FLAG_MANAGERS_DONE | flag;
  }

  /** As the bridge names it: whether there is any, and whether it is proxies only. */
  public static Management of(boolean managed, boolean proxiesOnly) {
    if (!managed) {
      return NONE;
    }
    return proxiesOnly ? PROXIES : INSTANCE_MANAGERS;
  }

  boolean isDone(CallOptions options) {
    return this == NONE || options.flag(suffices);
  }

  boolean isDone(int flags) {
    return this == NONE || (flags & suffices) != 0;
  }
}

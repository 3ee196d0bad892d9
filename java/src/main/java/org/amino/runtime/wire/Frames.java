package org.amino.runtime.wire;

/** Numbers of docs/wire.md, section 2: kinds of frames, keys of options, flags, limits. */
public final class Frames {
  /** Largest frame in bytes. */
  public static final int LIMIT = 16 << 20;
  /** Bytes of the length before a frame on the direct lane, little endian. */
  public static final int LENGTH_BYTES = 4;
  /** Unanswered calls of one connection from which on it is not read. */
  public static final int UNANSWERED_LIMIT = 65_536;
  /** Time of a call that names none, in milliseconds. */
  public static final int DEFAULT_BUDGET_MS = 60_000;
  /** Hops of a chain from which on a call is refused. */
  public static final int CHAIN_LIMIT = 64;
  public static final int VERSION = 1;

  public static final int REQUEST = 0;
  public static final int REPLY = 1;
  public static final int PARTIAL = 2;
  public static final int CANCEL = 3;
  public static final int HELLO = 4;
  public static final int GOODBYE = 5;
  public static final int PING = 6;
  public static final int PONG = 7;

  public static final int OPTION_KWARGS = 1;
  public static final int OPTION_BUDGET = 2;
  public static final int OPTION_REQUEST_ID = 3;
  public static final int OPTION_READ_ONLY = 4;
  public static final int OPTION_TRANSACTION = 5;
  public static final int OPTION_CHAIN = 6;
  public static final int OPTION_TRACE = 7;
  public static final int OPTION_HEADERS = 8;
  public static final int OPTION_FLAGS = 9;
  public static final int OPTION_EPOCH = 10;
  /** Only on the bridge: the client id of the connection that a forwarded call came from. */
  public static final int OPTION_CLIENT = 11;

  public static final int FLAG_MOVED = 1;
  public static final int FLAG_PROXIES_DONE = 2;
  public static final int FLAG_MANAGERS_DONE = 4;

  private Frames() {}
}

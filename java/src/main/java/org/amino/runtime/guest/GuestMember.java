package org.amino.runtime.guest;

import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.MsgpackWriter;

/** A callable member of an instance, bound to it. */
public interface GuestMember {
  /**
   * Decodes the arguments, executes, and writes the result as one value. When it throws, the caller cuts {@code out} back to where it was.
   *
   * @param args positioned at the msgpack array of positional arguments; consumed
   * @param kwargs positioned at a msgpack map with string keys, or null
   * @param out where the result goes
   * @return null when the result is written; a pending result when the guest gave a promise that has not settled (nothing is written then)
   * @throws GuestFailure GUEST_EXCEPTION for the application's own, ARGUMENT_INVALID, VALUE_INVALID …
   */
  PendingResult call(MsgpackReader args, MsgpackReader kwargs, MsgpackWriter out) throws GuestFailure;

  /** Declared read-only by the artifact. */
  boolean readOnly();
}

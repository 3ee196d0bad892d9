package org.amino.runtime.guest;

import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.MsgpackWriter;

/** An instance in a context. All methods are called by the thread that holds the context. */
public interface GuestObject {
  /**
   * Looks a member up once; the scheduler keeps what it returns for the object's life.
   *
   * @throws GuestFailure with MEMBER_NOT_FOUND and the nearest names
   */
  GuestMember member(String name) throws GuestFailure;

  /** Writes the state (see docs/bridge.md, `snapshot`). Throws STATE_NOT_CAPTURABLE with the paths when something is lost and that is not allowed. */
  void snapshot(MsgpackWriter out, boolean allowLossy) throws GuestFailure;

  /** Replaces the state of this instance by a snapshot's. */
  void sync(MsgpackReader state) throws GuestFailure;

  /** Lets go of the instance so that the guest's memory can be reclaimed. */
  void discard();
}

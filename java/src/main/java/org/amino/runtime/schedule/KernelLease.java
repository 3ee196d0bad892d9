package org.amino.runtime.schedule;

import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.Protocol.Outcome;

/**
 * Until when this kernel's objects may answer. The Python half keeps the lease with the OMS and prolongs this copy of
 * it; a process that was stopped in the meantime, or with its whole machine suspended, finds here, before the Python
 * half has said a word, that its objects may live elsewhere (Gray and Cheriton, 1989).
 */
public final class KernelLease {
  private static final long NONE = Long.MIN_VALUE;

  private final LeaseClock clock;
  private volatile long ends = NONE;
  private volatile String outage;

  public KernelLease(LeaseClock clock) {
    this.clock = clock;
  }

  /** The moment in which it is asked, for {@link #prolong}. */
  public long now() {
    return clock.now();
  }

  /**
   * Prolongs it. Until the first time it lasts for ever.
   *
   * @param moment when it ends, on the clock that {@link #now} shows; a moment before the present end changes nothing
   */
  public synchronized void prolong(long moment) {
    if (ends == NONE || moment - ends > 0) {
      ends = moment;
      outage = null;
    }
  }

  /** Nobody can say where the objects are, for this reason, until it is prolonged: callers need not wait. */
  public synchronized void outage(String reason) {
    outage = reason;
  }

  /** The answer to the caller of an object that is fenced, or whose kernel's lease has ended. */
  GuestFailure fenced(String title) {
    String reason = outage;
    if (reason != null) {
      return GuestFailure.of(Code.KERNEL_UNAVAILABLE, "object " + title + " does not answer: " + reason).with(Outcome.NOT_RUN);
    }
    return GuestFailure.of(Code.MOVED, "object " + title + " is fenced here: another kernel may hold it; ask the OMS where it is");
  }

  /** Whether objects may answer now: what has run by now has run within the lease. */
  public boolean held() {
    long until = ends;
    return until == NONE || until - clock.now() > 0;
  }

  /** What the caller of a call is told that ran until the lease was over. */
  public static GuestFailure ended(String label) {
    return GuestFailure.of(Code.KERNEL_UNAVAILABLE, label + " ran while this kernel's lease with the OMS ended; it may have had its effect. Call again");
  }
}

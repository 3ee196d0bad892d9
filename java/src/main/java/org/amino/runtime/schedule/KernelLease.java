package org.amino.runtime.schedule;

import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.Protocol.Code;

/**
 * Until when this kernel's objects may answer. The Python half keeps the lease with the OMS and prolongs this copy of it; a process that was
 * stopped in the meantime finds here, before the Python half has said a word, that its objects may live elsewhere (Gray and Cheriton, 1989).
 */
public final class KernelLease {
  private static final long NONE = Long.MIN_VALUE;

  private volatile long ends = NONE;

  /** Prolongs it; one that ends earlier than the present one changes nothing. Until the first time it lasts for ever. */
  public synchronized void prolong(long nanoTime) {
    if (ends == NONE || nanoTime - ends > 0) {
      ends = nanoTime;
    }
  }

  /** Whether objects may answer now: what has run by now has run within the lease. */
  public boolean held() {
    long until = ends;
    return until == NONE || until - System.nanoTime() > 0;
  }

  /** What the caller of a call is told that ran until the lease was over. */
  public static GuestFailure ended(String label) {
    return GuestFailure.of(Code.KERNEL_UNAVAILABLE, label + " ran while this kernel's lease with the OMS ended; it may have had its effect. Call again");
  }
}

package org.amino.runtime.schedule;

/**
 * How long a state waits to be captured: until as many calls have come as were answered together last, so that callers who call again share one save, but not
 * longer than that save took. PostgreSQL waits so before a commit (`commit_delay`). Where it does not pay it is tried less and less often. Pure, and guarded by
 * its owner.
 */
final class Rejoining {
  /** However long a save takes, callers who do not come again hold up others no longer. */
  static final long LONGEST_NANOS = 5_000_000;
  /** Saves without a wait, at most, before it is tried again. */
  private static final int RAREST = 63;

  private int expected;
  private int came;
  private long patience;
  private boolean waiting;
  private long until;
  /** Saves without a wait after the last that did not pay, and how many of them are left. */
  private int rests;
  private int left;

  /** So many calls have been answered together; their save took that long. */
  void answered(int calls, long nanos) {
    expected = left > 0 ? 0 : calls;
    left = Math.max(0, left - 1);
    came = 0;
    patience = Math.min(Math.max(0, nanos), LONGEST_NANOS);
    waiting = false;
  }

  /** A call waits for the next save. */
  void came() {
    came++;
  }

  /** Whether a state that could be captured now waits for more calls. */
  boolean waits(long now) {
    if (came >= expected) {
      if (waiting) {
        rests = 0;
      }
      waiting = false;
    } else if (!waiting) {
      waiting = true;
      until = now + patience;
    }
    return waiting;
  }

  boolean isWaiting() {
    return waiting;
  }

  /** Until when it waits. */
  long until() {
    return until;
  }

  /** Whether it waits until then. */
  boolean waitsUntil(long then) {
    return waiting && until == then;
  }

  /** The time is over. */
  void giveUp() {
    waiting = false;
    expected = 0;
    rests = Math.min(RAREST, 2 * rests + 1);
    left = rests;
  }
}

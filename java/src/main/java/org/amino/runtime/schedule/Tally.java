package org.amino.runtime.schedule;

import java.util.Arrays;

/** How many calls a delegation may still let in, and what has become of those that it has let in. Its delegation guards it. */
final class Tally {
  private final Numbering numbering;
  private long left;
  private long ran;

  /**
   * Begins.
   *
   * @param calls how many calls at most; negative: any number
   * @param numbering the numbers that calls carry; null: they carry none
   */
  Tally(long calls, Numbering numbering) {
    this.left = calls;
    this.numbering = numbering;
  }

  boolean hasRoom(Ticket as) {
    return as == Ticket.FREE || left != 0 && (!as.isNumbered() || numbering.mayTake(as));
  }

  void take(Ticket as) {
    if (as.isNumbered()) {
      numbering.take(as);
    }
    if (as != Ticket.FREE && left > 0) {
      left--;
    }
  }

  /** Whether as many calls that count have come as may. */
  boolean isSpent() {
    return left == 0;
  }

  /** A call has run and ended so. */
  void ended(Ticket as, byte[] buffer, int from, int to) {
    ran += as == Ticket.FREE ? 0 : 1;
    if (as.isNumbered()) {
      numbering.keep(as, Arrays.copyOfRange(buffer, from, to));
    }
  }

  /** How many calls have ended that count. */
  long ran() {
    return ran;
  }

  /** The numbers that calls carry, or null. */
  Numbering numbering() {
    return numbering;
  }
}

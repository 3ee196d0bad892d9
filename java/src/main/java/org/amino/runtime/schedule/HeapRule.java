package org.amino.runtime.schedule;

/**
 * When the heap is looked through, and when too much of it is in use. Pure: parts of the heap come in, 0 to 1.
 *
 * <p>Only a full collection, which stops all threads, shows how much is really in use. So one is asked for when the place
 * for long-lived things is nearly full, garbage included; after a collection that found little garbage, only when much of
 * the rest is taken, too.
 */
final class HeapRule {
  /** Below that there is room, and nobody is suspected of anything. */
  static final double ROOM = 0.5;
  /**
   * Bytes that must stay free, where they are no smaller and no greater part of the heap than the two below: a guest
   * fills them in a blink.
   */
  private static final double RESERVE = 64 << 20;
  private static final double LEAST_RESERVE = 0.1;
  private static final double GREATEST_RESERVE = 0.35;
  /** A collection is worth its time from so little before the reserve on. */
  private static final double BEFORE = 0.05;

  private final double full;
  private double next;

  /** @param limit bytes that the heap may grow to */
  HeapRule(long limit) {
    full = 1 - Math.max(LEAST_RESERVE, Math.min(GREATEST_RESERVE, RESERVE / limit));
    next = full - BEFORE;
  }

  /** From that part on, of what a full collection has left, somebody must give memory back. */
  double full() {
    return full;
  }

  /** Whether there is room. */
  boolean hasRoom(double taken) {
    return taken < ROOM;
  }

  /** Whether a full collection must show how much is in use. */
  boolean mustCollect(double taken) {
    return taken >= next;
  }

  /** There is room again: the next collection comes as early as the first. */
  void calm() {
    next = full - BEFORE;
  }

  /** Whether what a full collection has left is too much. */
  boolean isFull(double used) {
    next = Math.max(full - BEFORE, used < full ? (full + used) / 2 : (1 + used) / 2);
    return used >= full;
  }
}

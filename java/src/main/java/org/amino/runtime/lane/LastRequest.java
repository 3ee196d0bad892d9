package org.amino.runtime.lane;

/**
 * Which requests of one connection are run while its kernel stops: those that were begun before the kernel said goodbye, and none behind them. One thread
 * begins and ends requests, whose numbers count up; any thread may leave.
 */
final class LastRequest {
  /** Before the first request. */
  static final long NONE = -1;

  private volatile long begun = NONE;
  private volatile long ended = NONE;
  private volatile boolean left;
  /** Guarded by this, and set once. */
  private long last = NONE;

  /** Begins a request. Returns false when it is not to be run. */
  boolean begin(long number) {
    // Before the look at the other field: of two threads that pass here and in leave at once, at least one sees what the other has written.
    begun = number;
    return !left || isWithin(number);
  }

  /** A request has been gone through; answers to some of its calls may come later. */
  void end(long number) {
    ended = number;
  }

  private synchronized boolean isWithin(long number) {
    return number <= last;
  }

  /** No further request is run from now on. Returns the number of the last request, or {@link #NONE}. */
  synchronized long leave() {
    if (!left) {
      left = true;
      last = begun;
    }
    return last;
  }

  /** Whether the last request has been gone through. */
  synchronized boolean isThrough() {
    return left && ended >= last;
  }
}

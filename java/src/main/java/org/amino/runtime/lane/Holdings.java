package org.amino.runtime.lane;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.amino.runtime.wire.Protocol;

/**
 * What one connection makes this process hold: calls that are not answered, and answers that the other end has not taken. Everything that is counted is taken off
 * again where its memory is let go of, also after the connection is closed.
 */
final class Holdings {
  /** About what a call that is answered later costs besides its arguments, and about what its place in a queue costs. */
  static final int CALL_BYTES = 400;
  /** What others hold changes without a word to the threads that wait here. */
  private static final long LOOK_AGAIN_MS = 50;

  private final Lane lane;
  private final AtomicInteger owed = new AtomicInteger();
  private final AtomicLong frames = new AtomicLong();
  private final AtomicLong calls = new AtomicLong();
  private final AtomicLong answers = new AtomicLong();
  /** Changes whenever anything that is counted here has ended. */
  private volatile long ended;
  private volatile boolean waiting;
  private volatile boolean closed;

  Holdings(Lane lane) {
    this.lane = lane;
  }

  /** Counts unanswered calls. */
  void owes(int more) {
    owed.addAndGet(more);
    if (more < 0) {
      hasEnded();
    }
  }

  /** Counts bytes of calls, or with a negative number that they are no longer held. */
  void calls(long bytes) {
    calls.addAndGet(bytes);
    lane.memory().add(bytes);
    if (bytes < 0) {
      hasEnded();
    }
  }

  /** Counts bytes of large frames that are read or gone through. */
  void frames(long bytes) {
    frames.addAndGet(bytes);
    lane.memory().add(bytes);
    if (bytes < 0) {
      hasEnded();
    }
  }

  /** Counts bytes of a frame that is about to be read, if this connection may hold them now: its share, or more while there is enough for all. */
  boolean tryFrames(long bytes) {
    long mine = total();
    if (mine > 0 && mine + bytes > lane.memory().each()) {
      return false;
    }
    if (mine + bytes <= share()) {
      lane.memory().add(bytes);
    } else if (!lane.memory().tryAdd(bytes)) {
      return false;
    }
    frames.addAndGet(bytes);
    return true;
  }

  /** Counts bytes of answers. */
  void answers(long bytes) {
    answers.addAndGet(bytes);
    lane.memory().add(bytes);
    if (bytes < 0) {
      hasEnded();
    } else if (lane.memory().isExhausted()) {
      lane.exhausted();
    }
  }

  private void hasEnded() {
    ended++;
    if (waiting && !isFull(2)) {
      synchronized (this) {
        notifyAll();
      }
    }
  }

  /** Bytes that this connection holds. */
  long total() {
    return frames.get() + calls.get() + answers.get();
  }

  private long share() {
    return lane.memory().share(lane.connections());
  }

  boolean isOverloaded() {
    return owed.get() > Protocol.UNANSWERED_LIMIT;
  }

  /** Whether no more should be read or run. The frame that is gone through does not count: it is let go of only afterwards. */
  boolean isFull() {
    return isFull(1);
  }

  private boolean isFull(int part) {
    return owed.get() > Protocol.UNANSWERED_LIMIT / part || isMuch(calls.get() + answers.get(), part);
  }

  private boolean isMuch(long bytes, int part) {
    return bytes > lane.memory().each() / part || isUnfair(bytes);
  }

  /** Whether no further call may wait: its bytes are those that would end the process, or this connection is one of those that hold them. */
  boolean isTooMuch() {
    return lane.memory().isExhausted() && (total() > share() || lane.memory().isSpent());
  }

  /** Whether the other end leaves so many answers that calls which wait are refused. */
  boolean isUnfair() {
    return isUnfair(answers.get());
  }

  private boolean isUnfair(long bytes) {
    return bytes > 0 && lane.memory().isScarce() && bytes > share();
  }

  /**
   * Waits until something holds, or the connection is closed.
   *
   * @param patienceNanos how long nothing that is counted here may end meanwhile
   * @return false when that was too long
   */
  synchronized boolean await(BooleanSupplier ready, long patienceNanos) throws InterruptedException {
    waiting = true;
    try {
      long seen = ended;
      long since = System.nanoTime();
      while (!closed && !ready.getAsBoolean()) {
        wait(LOOK_AGAIN_MS);
        if (seen != ended) {
          seen = ended;
          since = System.nanoTime();
        } else if (System.nanoTime() - since > patienceNanos) {
          return false;
        }
      }
      return true;
    } finally {
      waiting = false;
    }
  }

  /** Whether the connection has room again for what waits. */
  boolean hasRoom() {
    return !isFull(2);
  }

  /** Nobody waits here any more. */
  synchronized void close() {
    closed = true;
    notifyAll();
  }
}

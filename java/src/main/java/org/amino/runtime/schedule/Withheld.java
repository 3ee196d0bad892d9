package org.amino.runtime.schedule;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.Protocol.Outcome;

/**
 * Answers of calls that have run, until the Python half has stored the state that those calls have left (group commit: Gawlick and Kinkade, 1985). Each call
 * that may have changed the object has a mark, one higher than the last; what only reads is answered with the last change before it. Any thread may use it.
 */
final class Withheld {
  private record Answer(Call call, byte[] outcome, long mark) {}

  /** Answers, and bytes of them, that are withheld at most; then calls go to the Python half. */
  private static final int MOST = 4096;
  private static final long MOST_BYTES = 4 << 20;

  private final HostedObject object;
  private final Scheduler scheduler;
  private final ArrayDeque<Answer> answers = new ArrayDeque<>();
  private long bytes;
  private long mark;
  /** Up to which mark changes are stored. */
  private long stored;
  /** Whether the Python half knows that something is withheld since the last capture. */
  private boolean told;
  private boolean over;
  /** Up to which mark changes could not be stored, and why. */
  private long failed;
  private GuestFailure why;

  Withheld(HostedObject object) {
    this.object = object;
    this.scheduler = object.slot().scheduler();
  }

  /** Whether nothing more should be let in whose answer would wait here. */
  synchronized boolean isFull() {
    return answers.size() >= MOST || bytes >= MOST_BYTES;
  }

  /** Marks whose changes are not stored. */
  synchronized long open() {
    return mark - stored;
  }

  /**
   * A call has run. Called by the owner of the object's context.
   *
   * @param changes whether it may have changed the object
   * @return false: nothing is unsaved, and it may be answered at once
   */
  synchronized boolean take(Call call, boolean changes, byte[] buffer, int from, int to) {
    if (changes) {
      mark++;
    }
    if (over) {
      call.fail(gone());
      return true;
    }
    if (mark == stored) {
      return false;
    }
    if (!changes && mark <= failed) {
      // No save is under way that would cover what this one has read.
      call.fail(why);
      return true;
    }
    if (!call.isAnswered()) {
      answers.addLast(new Answer(call, Arrays.copyOfRange(buffer, from, to), mark));
      bytes += to - from;
    }
    if (changes && !told) {
      told = true;
      scheduler.outside().tell("withheld", List.of(object.id(), mark));
    }
    return true;
  }

  /** The Python half begins to withhold: all that has changed so far is stored. */
  void begin() {
    synchronized (this) {
      told = false;
    }
    stored(Long.MAX_VALUE);
  }

  /** The state is captured by the owner of the object's context. Returns the mark of the last change that it has. */
  synchronized long captured() {
    told = false;
    return mark;
  }

  /** The state that was captured with this mark is stored: what waited for it is answered. */
  void stored(long upTo) {
    List<Answer> leaving;
    synchronized (this) {
      stored = Math.max(stored, Math.min(upTo, mark));
      leaving = leaving(stored);
    }
    for (Answer answer : leaving) {
      answer.call().answerHeld(scheduler.lease(), answer.outcome(), 0, answer.outcome().length);
    }
    flush(leaving);
  }

  /** The state could not be stored: what waited for it ends with this. */
  void fail(long upTo, GuestFailure why) {
    List<Answer> leaving;
    synchronized (this) {
      // The Python half may have failed before it captured anything.
      told = false;
      failed = Math.max(failed, Math.min(upTo, mark));
      this.why = why;
      leaving = leaving(upTo);
    }
    leaving.forEach(answer -> answer.call().fail(why));
    flush(leaving);
  }

  /** The object is no more. */
  void end() {
    synchronized (this) {
      over = true;
    }
    fail(Long.MAX_VALUE, gone());
  }

  private List<Answer> leaving(long upTo) {
    List<Answer> leaving = new ArrayList<>();
    while (!answers.isEmpty() && answers.peekFirst().mark() <= upTo) {
      Answer answer = answers.removeFirst();
      bytes -= answer.outcome().length;
      leaving.add(answer);
    }
    return leaving;
  }

  private void flush(List<Answer> left) {
    if (!left.isEmpty()) {
      scheduler.workers().flush(left.stream().map(answer -> answer.call().sink()).distinct().toList());
    }
  }

  private GuestFailure gone() {
    String message = "object " + object.title() + " has ended here before its state was stored; the call has run, and may be lost. Look, then call again";
    return GuestFailure.of(Code.KERNEL_UNAVAILABLE, message).with(Outcome.UNKNOWN);
  }
}

package org.amino.runtime.schedule;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.Protocol;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.Protocol.Outcome;

/**
 * Answers of calls that have run, until the Python half has stored the state that those calls have left (group commit: Gawlick and Kinkade, 1985). Each call
 * that may have changed the object has a mark, one higher than the last; what only reads is answered with the last change before it. Any thread may use it.
 */
final class Withheld {
  /** The outcome of a call that waits. */
  record Answer(Call call, byte[] outcome, long mark) {}

  /** Answers, and bytes of them, that are withheld at most; then calls go to the Python half. */
  private static final int MOST = 4096;
  private static final long MOST_BYTES = 4 << 20;
  /** Bytes of a state that goes with others. */
  private static final int LARGEST = 64 << 10;
  /** For as long as a call may run that the capture waits for. */
  private static final long PATIENCE_NANOS = 24L * 60 * 60 * 1_000_000_000;
  private static final byte[] NOTHING = {};

  private final HostedObject object;
  private final Scheduler scheduler;
  private final ArrayDeque<Answer> answers = new ArrayDeque<>();
  private final Rejoining rejoining = new Rejoining();
  private long bytes;
  private long mark;
  /** Up to which mark changes are stored. */
  private long stored;
  /** Whether something is withheld since the last capture that the Python half knows of, or is told of with the state that follows. */
  private boolean told;
  /** The number by which the Python half knows the states that the gate captures; 0: the gate captures none. */
  private long captures;
  /** The states of this object are so large that the Python half fetches them. */
  private boolean large;
  /** The gate is about to capture the state. */
  private boolean queued;
  /** The mark of the state that the gate has captured and sent, until it is stored; 0: there is none. */
  private long sent;
  private long sentAt;
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
    rejoining.came();
    boolean news = changes && !told;
    told |= changes;
    if (captures != 0 && !large) {
      captureWhenDue();
    } else if (news) {
      tell();
    }
    return true;
  }

  /** Callers who have just been answered may call again: one save is to serve them all. */
  private void captureWhenDue() {
    if (!told || queued || sent != 0) {
      return;
    }
    boolean waited = rejoining.isWaiting();
    if (!rejoining.waits(System.nanoTime())) {
      captureSoon();
    } else if (!waited) {
      scheduler.latecomers().await(this, rejoining.until());
    }
  }

  /** A state has waited for further calls. Returns whether it does not wait until that moment any more. */
  synchronized boolean waited(long until, long now) {
    if (!rejoining.waitsUntil(until)) {
      return true;
    }
    if (now - until < 0) {
      return false;
    }
    rejoining.giveUp();
    if (captures != 0 && !large) {
      captureWhenDue();
    }
    return true;
  }

  private void tell() {
    scheduler.outside().tell("withheld", List.of(object.id(), mark));
  }

  /**
   * The Python half begins to withhold: all that has changed so far is stored.
   *
   * @param number by which it will know the states that the gate captures and sends by itself; 0: it fetches them
   */
  void begin(long number) {
    synchronized (this) {
      told = false;
      large = false;
      sent = 0;
      captures = number;
    }
    flush(stored(Long.MAX_VALUE));
  }

  /** Has the state captured behind the calls that are queued now, unless a state is on its way to the store: the next one follows that. */
  private void captureSoon() {
    if (queued || sent != 0) {
      return;
    }
    queued = true;
    Call call = new Call();
    call.aim(object.id(), "snapshot", object, NOTHING, 0, 0);
    call.reply(scheduler.states(), 0, System.nanoTime() + PATIENCE_NANOS);
    String id = scheduler.newRequestId();
    call.requestId(id);
    call.chain(Chain.begin(id));
    scheduler.submit(call, new Operation(Operation.Kind.OBJECT, call, this::capture, this::notCaptured));
  }

  /** Captures the state and writes it with its mark, as `captured` takes it; nil where that need not be. Called by the owner of the object's context. */
  private void capture(MsgpackWriter out) throws GuestFailure {
    long upTo;
    synchronized (this) {
      queued = false;
      if (!told || sent != 0 || captures == 0) {
        out.writeNil();
        return;
      }
      told = false;
      sent = upTo = mark;
      sentAt = System.nanoTime();
    }
    MsgpackWriter state = new MsgpackWriter(512, Protocol.STATE_LIMIT);
    object.named(() -> object.guest().snapshot(state, false));
    if (state.position() > LARGEST) {
      synchronized (this) {
        large = true;
      }
      notCaptured();
      out.writeNil();
      return;
    }
    out.writeArrayHeader(CapturedStates.PARTS);
    out.writeString(object.id());
    out.writeLong(captures);
    out.writeLong(upTo);
    out.writeBytes(state.buffer(), 0, state.position());
  }

  /** The Python half captures the state itself, and says what keeps it from that. */
  private synchronized void notCaptured() {
    queued = false;
    sent = 0;
    if (!over) {
      told = true;
      tell();
    }
  }

  /** The state is captured by the owner of the object's context. Returns the mark of the last change that it has. */
  synchronized long captured() {
    told = false;
    return mark;
  }

  /** The state that was captured with this mark is stored: what waited for it is answered, and leaves with {@link #flush}. */
  List<Answer> stored(long upTo) {
    List<Answer> leaving;
    synchronized (this) {
      stored = Math.max(stored, Math.min(upTo, mark));
      leaving = leaving(stored);
      rejoining.answered(leaving.size(), sent == 0 ? 0 : System.nanoTime() - sentAt);
      sent = upTo >= sent ? 0 : sent;
      if (captures != 0 && !large) {
        captureWhenDue();
      }
    }
    for (Answer answer : leaving) {
      answer.call().answerHeld(scheduler.lease(), answer.outcome(), 0, answer.outcome().length);
    }
    return leaving;
  }

  /** The state could not be stored: what waited for it ends with this. */
  void fail(long upTo, GuestFailure why) {
    List<Answer> leaving;
    synchronized (this) {
      // The Python half may have failed before it captured anything.
      told = false;
      sent = 0;
      rejoining.answered(0, 0);
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

  /** Sends answers that have been given. */
  void flush(List<Answer> left) {
    if (!left.isEmpty()) {
      scheduler.workers().flush(sinks(left));
    }
  }

  /** Where answers have been given to. */
  static List<CallSink> sinks(List<Answer> left) {
    return List.copyOf(left.stream().map(answer -> answer.call().sink()).collect(Collectors.toSet()));
  }

  private GuestFailure gone() {
    String message = "object " + object.title() + " has ended here before its state was stored; the call has run, and may be lost. Look, then call again";
    return GuestFailure.of(Code.KERNEL_UNAVAILABLE, message).with(Outcome.UNKNOWN);
  }
}

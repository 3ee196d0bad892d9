package org.amino.runtime.schedule;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.Protocol;

/**
 * What a thread that runs guests shows to the monitor: whether it is inside something that may take long, and which replies wait to be sent.
 * The turn number is odd while it is inside; the monitor may take the turn away exactly once, which a compare-and-set decides.
 */
public class Runner {
  /** Someone is preparing a successor. */
  private static final long TAKING = -2;
  /** The turn is gone: a successor does the rest. */
  private static final long TAKEN = -1;
  /** Bytes of a thread's buffer for outcomes that it keeps from one to the next. */
  private static final int SCRATCH_KEPT = 64 << 10;
  private static final VarHandle TURN;

  static {
    try {
      TURN = MethodHandles.lookup().findVarHandle(Runner.class, "turn", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private volatile long turn;
  private long number;
  /** Read by others for statistics, where an old value does no harm. */
  private long calls;
  /** The monitor's memory of the turn at its last look. */
  long seen;
  /** The monitor's memory of the activity at its last look. */
  long seenActivity;
  private volatile long activity;
  /** The monitor's memory of whether something was unsent at its last look. */
  boolean seenUnsent;
  private final ArrayDeque<CallSink> unsent = new ArrayDeque<>();
  private volatile CallSink lastUnsent;
  private MsgpackWriter scratch;
  private RunningCalls.Record record;
  /** Read by others to see what this thread is busy with, where an old value does no harm. */
  private ContextSlot place;
  private long begun;
  private long threadId;

  /** Begins something that may take long. Everything that a successor needs has been written before. */
  protected final void begin() {
    TURN.setRelease(this, ++number);
  }

  /** Ends it. Returns false when a successor has taken over. */
  protected final boolean end() {
    long running = number;
    number = running + 1;
    if (TURN.compareAndSet(this, running, running + 1)) {
      return true;
    }
    while (turn != TAKEN) {
      Thread.onSpinWait();
    }
    return false;
  }

  /** Makes it visible, before anything is run, that this thread is active; then the monitor must be woken. */
  protected final void active() {
    activity = number + 1;
  }

  final long activity() {
    return activity;
  }

  final long turn() {
    return turn;
  }

  final boolean isInside() {
    long now = turn;
    return now > 0 && (now & 1) == 1;
  }

  /** Takes the turn away if it is still the given one, and lets a successor start. */
  final boolean take(long running) {
    if ((running & 1) == 0 || running <= 0 || !TURN.compareAndSet(this, running, TAKING)) {
      return false;
    }
    try {
      succeed();
    } finally {
      TURN.setVolatile(this, TAKEN);
    }
    return true;
  }

  /** Whether another thread can go on with the rest of this one's work. */
  protected boolean canBeSucceeded() {
    return false;
  }

  /** Starts a thread that goes on with the rest. Called once, while the turn is taken and this runner's own thread keeps away from it. */
  protected void succeed() {}

  /** Called by the thread itself before it blocks: lets a successor go on at once. */
  final void handOff() {
    if (canBeSucceeded()) {
      take(turn);
    }
  }

  /** Called by the thread itself before anything else. */
  final void enrol() {
    threadId = Thread.currentThread().getId();
  }

  final long threadId() {
    return threadId;
  }

  /** The context whose guest this thread runs, as far as another thread can see; or null. */
  final ContextSlot place() {
    return place;
  }

  /** Another number for each call that this thread has begun, as far as another thread can see. */
  final long begun() {
    return begun;
  }

  /**
   * Shows the call that this thread runs now, or with null that it runs none: to the heap's guard, and to the supervisor, which looks
   * after the end of the process.
   */
  final void show(RunningCalls shown, Call call) {
    place = call == null ? null : call.slot();
    begun++;
    if (record == null) {
      record = shown == null || call == null ? null : shown.take();
    }
    if (record != null) {
      record.show(call);
    }
  }

  /** The thread runs no guests any more. */
  final void leave() {
    if (record != null) {
      record.leave();
      record = null;
    }
  }

  /** Counts a call that was run. */
  public final void ran() {
    calls++;
  }

  final long calls() {
    return calls;
  }

  /** Remembers a sink that has taken an outcome, to be flushed when no context is held. */
  public final synchronized void later(CallSink sink) {
    if (sink != lastUnsent) {
      lastUnsent = sink;
      unsent.addLast(sink);
    }
  }

  public final boolean hasUnsent() {
    return lastUnsent != null;
  }

  /**
   * Sends the remembered answers. Not to be called while a context is held. Each sink is taken out before its socket is written to, so that when that blocks
   * the monitor can let another thread send the rest.
   */
  public final void flush() {
    for (CallSink sink = nextUnsent(); sink != null; sink = nextUnsent()) {
      sink.flush();
    }
  }

  private synchronized CallSink nextUnsent() {
    CallSink next = unsent.pollFirst();
    if (unsent.isEmpty()) {
      lastUnsent = null;
    }
    return next;
  }

  /** A writer for one outcome at a time. */
  final MsgpackWriter scratch() {
    if (scratch == null) {
      scratch = new MsgpackWriter(512, Protocol.FRAME_LIMIT);
    }
    scratch.clear(SCRATCH_KEPT);
    return scratch;
  }
}

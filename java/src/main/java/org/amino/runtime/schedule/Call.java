package org.amino.runtime.schedule;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.amino.runtime.guest.Fixed;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.ErrorPayload;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.MsgpackType;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.Protocol;
import org.amino.runtime.wire.Protocol.Outcome;

/**
 * One call: where it goes, its message, and its caller. Answered exactly once, by the first that claims it: the thread that
 * ran it, the deadline, a cancel, or the end of its context.
 */
public final class Call extends Message {
  private static final int WAITING = 0;
  private static final int RUNNING = 1;
  private static final int ANSWERED = 2;
  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(Call.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private HostedObject object;
  private ContextSlot slot;
  private CallSink sink;
  private int index;
  private long deadline;
  private volatile long sentSeq;
  private volatile int sentIndex;
  private volatile Settlement settlement;
  private volatile int state;
  private volatile boolean lingers;
  private volatile Failing failing;
  private Call origin;
  private Delegation delegation;
  private Ticket ticket;
  /** Set once by the monitor when it keeps track of this call, so that `waits` can name it. */
  volatile long number;

  /** The fixed circumstances that it runs with; null: none. */
  public Fixed fixed() {
    return options().fixed();
  }

  /** Gives it fixed circumstances; null: none. */
  public void fixed(Fixed given) {
    options().fixed(given);
  }

  /** Points this call at a message. The bytes are not copied. */
  public void aim(String target, String method, HostedObject object, byte[] buffer, int argsFrom, int argsTo) {
    aim(target, method, buffer, argsFrom, argsTo);
    this.object = object;
    this.slot = object == null ? null : object.slot();
  }

  /** Names who waits, and until when ({@link System#nanoTime}). */
  public void reply(CallSink sink, int index, long deadline) {
    this.sink = sink;
    this.index = index;
    this.deadline = deadline;
  }

  public HostedObject object() {
    return object;
  }

  /** It was to run here, and is sent on. */
  public void goesOn() {
    object = null;
    slot = null;
  }

  /** For people: the object with its name, and the member. */
  public String title() {
    return object == null ? label() : object.title() + "." + method();
  }

  /** The context it runs in; null for a call that is sent on. */
  public ContextSlot slot() {
    return slot;
  }

  /** The call whose work this one goes on with: itself, unless it is a continuation. */
  Call origin() {
    return origin == null ? this : origin;
  }

  void origin(Call continued) {
    origin = continued;
  }

  /** For what runs in a context without an object to go with it. */
  void slot(ContextSlot where) {
    slot = where;
  }

  public CallSink sink() {
    return sink;
  }

  @Override
  String plainId() {
    return sink.requestId(index);
  }

  public int index() {
    return index;
  }

  public long deadline() {
    return deadline;
  }

  /** The deadline as it stands now: that of a call with fixed circumstances moves on while it does not run. */
  long endsAt(long now) {
    Fixed fixed = fixed();
    return fixed == null ? deadline : fixed.endsAt(now, deadline);
  }

  // ---- once

  /** Marks it as running; false when it has been answered meanwhile. */
  boolean begin() {
    return STATE.compareAndSet(this, WAITING, RUNNING);
  }

  /** A call that is run without having waited. */
  public static Call atOnce() {
    Call call = new Call();
    call.beginAtOnce();
    return call;
  }

  /** Marks a call that is run without having waited. */
  void beginAtOnce() {
    state = RUNNING;
  }

  public boolean isWaiting() {
    return state == WAITING;
  }

  public boolean isAnswered() {
    return state == ANSWERED;
  }

  /** Takes the right to answer. Returns whether it was still open. */
  boolean claim() {
    return state != ANSWERED && (int) STATE.getAndSet(this, ANSWERED) != ANSWERED;
  }

  /** Answers with an encoded outcome, unless it has been answered. */
  public void answer(byte[] bytes, int from, int to) {
    if (claim()) {
      sink.outcome(this, bytes, from, to);
    }
  }

  /** Answers with what has come about just now, if the kernel's lease has lasted until now. */
  public void answerHeld(KernelLease lease, byte[] bytes, int from, int to) {
    if (lease.held()) {
      answer(bytes, from, to);
    } else {
      fail(KernelLease.ended(title()));
    }
  }

  /** Answers with a failure, unless it has been answered. Returns whether it was still open. */
  public boolean fail(GuestFailure failure) {
    return giveUp(failure, false) != ANSWERED;
  }

  /** Answers with a failure if it has not begun to run. Returns whether that was so. */
  boolean failWaiting(GuestFailure failure) {
    boolean was = STATE.compareAndSet(this, WAITING, ANSWERED);
    if (was) {
      linger();
      deliver(failure.with(Outcome.NOT_RUN));
    }
    return was;
  }

  /** It stays in its queue, perhaps for long, but only a thread that has begun a call reads its message, and this one will not begin. */
  private void linger() {
    lingers = slot != null;
    letGo();
  }

  /** Whether it was answered while it waited in a queue, where it stays until its turn comes. */
  public boolean lingers() {
    return lingers;
  }

  /** Answers with a failure, telling what the call was doing. */
  private int giveUp(GuestFailure failure, boolean stays) {
    int was = (int) STATE.getAndSet(this, ANSWERED);
    if (was != ANSWERED) {
      if (was == WAITING && stays) {
        linger();
      }
      Failing concerned = failing;
      if (concerned != null && concerned.aims == aims()) {
        concerned.told.run();
      }
      // A call that was sent on waits, too, and may run elsewhere.
      deliver(was == WAITING && slot != null ? failure.with(Outcome.NOT_RUN) : failure);
    }
    return was;
  }

  private void deliver(GuestFailure failure) {
    MsgpackWriter out = new MsgpackWriter();
    Execution.raise(out, 0, failure);
    sink.outcome(this, out.buffer(), 0, out.position());
  }

  /** Answers with a failure, unless it has been answered. Returns whether it was running, so that it must be stopped. */
  boolean failRunning(GuestFailure failure) {
    return giveUp(failure, true) == RUNNING;
  }

  /** Decodes an outcome for a guest that waits for it. */
  static GuestFailure raisedIn(byte[] outcome) {
    MsgpackReader in = new MsgpackReader(outcome);
    return isRaised(in) ? ErrorPayload.read(in.slice(in.readExtensionHeader().length())) : null;
  }

  /** Whether the outcome at the reader's position is an error that was raised; the reader stays where it is. */
  static boolean isRaised(MsgpackReader in) {
    if (in.peekType() != MsgpackType.EXTENSION) {
      return false;
    }
    int from = in.position();
    int type = in.readExtensionHeader().type();
    in.seek(from);
    return type == Protocol.Extension.RAISED;
  }

  // ---- let in by a delegation

  /** The delegation that has let it in, and as what; null: none has. */
  void delegated(Delegation by, Ticket as) {
    delegation = by;
    ticket = as;
  }

  Ticket ticket() {
    return ticket;
  }

  /** Tells the delegation that has let it in, if any, that it has run. The outcome is {@code buffer[from … to)}. Returns whether that answers it, later. */
  public boolean hasRun(byte[] buffer, int from, int to) {
    Delegation by = delegation;
    delegation = null;
    return by != null && by.ended(this, buffer, from, to);
  }

  /** The same where it has failed: before it ran, while it ran, or while its promise was open. */
  public boolean hasEnded(GuestFailure why) {
    if (delegation == null) {
      return false;
    }
    MsgpackWriter out = new MsgpackWriter();
    Execution.raise(out, 0, why);
    return hasRun(out.buffer(), 0, out.position());
  }

  /** Tells the delegation that has let it in, if any, that its member has given a promise. */
  void waits() {
    if (delegation != null) {
      delegation.waits(this);
    }
  }

  // ---- sent on

  /** Remembers under which number it was sent to another kernel half. */
  public void sentAs(long seq, int position) {
    sentIndex = position;
    sentSeq = seq;
  }

  public long sentSeq() {
    return sentSeq;
  }

  public int sentIndex() {
    return sentIndex;
  }

  /** A task that runs where a call fails; `aims` of the call, since its place may be taken by the next one of its connection. */
  private record Failing(int aims, Runnable told) {}

  /** Has a task run where this call ends with a failure, in place of an earlier one, on the thread that says so. It must not block. */
  void whenFailed(Runnable told) {
    failing = new Failing(aims(), told);
  }

  // ---- a promise

  /** What frees the object when the promise of this call settles; null while there is none. */
  Settlement settlement() {
    return settlement;
  }

  void settlement(Settlement begun) {
    settlement = begun;
  }
}

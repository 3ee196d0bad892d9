package org.amino.runtime.lane;

import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.PendingResult;
import org.amino.runtime.schedule.Call;
import org.amino.runtime.schedule.CallOptions;
import org.amino.runtime.schedule.CallSink;
import org.amino.runtime.schedule.ContextSlot;
import org.amino.runtime.schedule.Execution;
import org.amino.runtime.schedule.HostedObject;
import org.amino.runtime.schedule.Settlement;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.Protocol;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.WireException;

/**
 * Goes through the calls of a request frame: what is quick is run at once, on this thread and into the reply; the rest is queued, sent on or
 * left to a promise. Reused for frame after frame.
 */
final class RequestPass {
  private static final int RESTING = -1;
  private final Lane lane;
  private final Entrance entrance;
  private final Connection connection;
  private final FrameReader reader;
  private final MemberCache members;
  private final CallSink plainIds = new PlainIds(this);
  private final MsgpackReader in;
  private final MsgpackReader args = new MsgpackReader(new byte[0]);
  private final Outcomes outcomes;
  final Router router;
  private Call current = Call.atOnce();

  // The frame.
  private byte[] buffer;
  private int frameEnd;
  private long seq;
  private int budgetMs;
  private long received;
  private int count;
  private OptionTable options = OptionTable.NONE;
  // How far it is: what a successor goes on from.
  private int index;
  private boolean inCall;
  private boolean late;

  RequestPass(Lane lane, Connection connection, FrameReader reader) {
    this.lane = lane;
    this.entrance = new Entrance(lane.scheduler());
    this.connection = connection;
    this.reader = reader;
    this.members = new MemberCache();
    this.in = new MsgpackReader(new byte[0]);
    this.router = new Router(this, lane, connection, null);
    this.outcomes = new Outcomes(connection, lane.scheduler().lease());
  }

  /** A successor goes on where {@code before} stands. Its bytes have been copied to {@code bytes}, {@code shift} positions lower. */
  RequestPass(RequestPass before, FrameReader reader, byte[] bytes, int shift) {
    this.lane = before.lane;
    this.entrance = before.entrance;
    this.connection = before.connection;
    this.reader = reader;
    this.router = new Router(this, lane, connection, before.router.gathered());
    this.members = before.members;
    this.late = true;
    this.buffer = bytes;
    this.frameEnd = before.isResting() ? 0 : before.frameEnd - shift;
    this.in = new MsgpackReader(bytes, 0, frameEnd);
    this.seq = before.seq;
    this.budgetMs = before.budgetMs;
    this.received = before.received;
    this.count = before.count;
    this.options = before.options.shifted(shift);
    this.index = before.index;
    this.outcomes = new Outcomes(before.outcomes);
    if (before.inCall) {
      Call held = before.current;
      held.weight(held.argsTo() - held.argsFrom());
      detach(held, held.deadline());
      held.object().wasSlow();
      lane.scheduler().monitor().track(held);
    }
  }

  /** Where the bytes begin that a successor needs. */
  int position() {
    return in.position();
  }

  /** Nothing of a frame is left to do: a successor would go on with the next one. */
  void rest() {
    count = RESTING;
    inCall = false;
  }

  boolean isResting() {
    return count == RESTING;
  }

  /** Begins a frame, after its kind. Returns false when a successor has taken over. */
  boolean start(byte[] bytes, int from, int end, int size) throws GuestFailure, InterruptedException {
    buffer = bytes;
    frameEnd = end;
    received = System.nanoTime();
    in.reset(bytes, from, end);
    if (size != 4 && size != 5) {
      throw new WireException(Code.FRAME_INVALID, "a request has 4 or 5 elements, not " + size);
    }
    seq = in.readLong();
    budgetMs = CallOptions.budget(in.readLong());
    int flat = in.readArrayHeader();
    if (flat % 3 != 0) {
      throw new WireException(Code.FRAME_INVALID, "the calls of a request come as target, method, arguments; " + flat + " elements are not a multiple of three");
    }
    count = flat / 3;
    index = 0;
    late = false;
    inCall = false;
    options = size == 5 ? OptionTable.read(in, count) : OptionTable.NONE;
    return !outcomes.begin(seq, count) || go();
  }

  /** Goes on in a successor. */
  boolean resume() throws GuestFailure, InterruptedException {
    if (isResting()) {
      return true;
    }
    outcomes.sendMuch();
    return go();
  }

  private boolean go() throws GuestFailure, InterruptedException {
    while (index < count) {
      int from = in.position();
      in.seek(in.readStringHeader() + in.position());
      in.seek(in.readStringHeader() + in.position());
      int argsFrom = in.position();
      in.skip();
      int at = index++;
      if (!call(at, from, argsFrom, in.position()) || !sendUnsent()) {
        return false;
      }
      outcomes.sendMuch();
      if (connection.isFull()) {
        pause();
      }
    }
    finish();
    return true;
  }

  /** The connection holds too much. Calls and outcomes that are gathered here leave first, for they may be what it holds. */
  private void pause() throws InterruptedException {
    router.sendGathered();
    outcomes.pause();
    connection.awaitRoom();
    outcomes.goOn();
    late = true;
  }

  private boolean call(int at, int from, int argsFrom, int argsTo) throws GuestFailure {
    int flags = late ? -1 : options.flagsAlone(buffer, at);
    if (flags == 0 || flags == Protocol.FLAG_PROXIES_DONE && !connection.isKernel()) {
      HostedObject.Bound bound = members.find(buffer, from, argsFrom);
      if (bound != null) {
        aim(bound.object(), bound.name(), at, argsFrom, argsTo, deadline(0));
        if (entrance.enter(bound, flags, connection.isKernel(), current)) {
          return run(bound, null);
        }
      }
    }
    return router.route(at, from, argsFrom, argsTo);
  }

  /** Points the call that is used for what is run at once. */
  void aim(HostedObject object, String member, int at, int argsFrom, int argsTo, long deadline) {
    current.aim(object.id(), member, object, buffer, argsFrom, argsTo);
    current.reply(plainIds, at, deadline);
  }

  /** Leaves a context; the calls that have queued there meanwhile run first. Returns false when a successor has taken over. */
  boolean leave(ContextSlot slot) {
    return !slot.leave() || aside(() -> slot.drain(reader));
  }

  /** Sends answers to others that this thread has come by, before anything of its own can hold it up. */
  private boolean sendUnsent() {
    return !reader.hasUnsent() || aside(reader::flush);
  }

  private boolean aside(Runnable work) {
    outcomes.mark();
    inCall = false;
    reader.enter();
    work.run();
    if (reader.exit()) {
      return true;
    }
    retire();
    return false;
  }

  /** The last act of a thread that has been succeeded: what it has answered is sent. */
  private void retire() {
    // Interrupting a guest sets the thread's flag, which would close the socket that is written to next.
    Thread.interrupted();
    reader.flush();
  }

  /** Runs the call that was aimed, in the context that was entered for it. Returns false when a successor has taken over. */
  boolean run(HostedObject.Bound bound, MsgpackReader kwargs) {
    ContextSlot slot = bound.object().slot();
    Call call = current;
    args.reset(buffer, call.argsFrom(), call.argsTo());
    slot.occupy(call, reader);
    outcomes.mark();
    inCall = true;
    reader.enter();
    PendingResult pending = Execution.run(bound, args, kwargs, outcomes.writer(), call);
    slot.occupy(null, reader);
    reader.ran();
    if (!reader.exit()) {
      finishLate(call, slot, pending);
      return false;
    }
    inCall = false;
    if (pending == null) {
      outcomes.hasRun(call);
      outcomes.add(call.index());
    } else {
      // The guest may hold them until its promise settles.
      call.weight(call.argsTo() - call.argsFrom());
      detach(call, call.deadline());
      current = Call.atOnce();
      new Settlement(call, slot).await(pending);
    }
    return leave(slot);
  }

  /** A successor is reading by now: this thread answers its call by itself and goes. */
  private void finishLate(Call call, ContextSlot slot, PendingResult pending) {
    call.ended();
    if (pending == null) {
      outcomes.hasRun(call);
      outcomes.answerMarked(call);
    } else {
      new Settlement(call, slot).await(pending);
    }
    reader.later(call.sink());
    if (slot.leave()) {
      slot.drain(reader);
    }
    retire();
  }

  /** Answers a call at once with a failure, without running it. */
  void fail(int at, GuestFailure failure) {
    outcomes.fail(at, failure);
  }

  /** Leaves a call to be answered later. */
  void detach(Call call, long deadline) {
    Reply reply = outcomes.reply();
    call.reply(reply, call.index(), deadline);
    reply.expect(call);
  }

  private void finish() {
    options.requireEnd(in.position(), frameEnd);
    router.sendGathered();
    outcomes.send();
  }

  /** When a call of this frame is over: its own budget, or the frame's, or the default. */
  long deadline(int callBudgetMs) {
    int budget = callBudgetMs != 0 ? callBudgetMs : budgetMs != 0 ? budgetMs : Protocol.DEFAULT_BUDGET_MS;
    return received + budget * 1_000_000L;
  }

  int budgetMs() {
    return budgetMs;
  }

  byte[] buffer() {
    return buffer;
  }

  /** Where the options of a call stand, or −1. */
  int optionsAt(int at) {
    return options.at(at);
  }

  /** The call that is used for what is run at once. */
  Call current() {
    return current;
  }

  Entrance entrance() {
    return entrance;
  }

  MemberCache members() {
    return members;
  }

  /** Whether an earlier call of the frame held it up, so that deadlines must be looked at. */
  boolean isLate() {
    return late;
  }

  /** The request id of a call that carries none. */
  String requestId(int at) {
    return connection.requestId(seq, at);
  }
}

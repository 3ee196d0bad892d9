package org.amino.runtime.lane;

import java.util.Arrays;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.schedule.Call;
import org.amino.runtime.schedule.Execution;
import org.amino.runtime.schedule.KernelLease;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.Protocol;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.Protocol.Outcome;

/**
 * The outcomes of a request's calls that are done at once, written one after another with room for the frame's header before them, so that a reply is
 * put together without copying. From the first call on that is not done at once they become a partial reply.
 */
final class Outcomes {
  /** Bytes from which on outcomes are sent before the frame is through. */
  private static final int EARLY = 1 << 20;
  /** Bytes of the buffer that is kept from frame to frame. */
  private static final int KEPT = 64 << 10;

  private final Connection connection;
  private final KernelLease lease;
  private final MsgpackWriter header = new MsgpackWriter(Envelope.ROOM, Envelope.ROOM);
  private final MsgpackWriter out = new MsgpackWriter(4096, Envelope.ROOM + EARLY + Protocol.FRAME_LIMIT);
  private long seq;
  private int count;
  private Reply reply;
  private int done;
  /** Whether one of them is that of a call that was run, not refused. */
  private boolean ran;
  private int[] indices = new int[64];
  /** Where the outcome of the call that runs now begins, and the bytes before it, which never change while it runs. */
  private int mark;
  private byte[] marked;
  /** Where the last outcome begins. */
  private int last;

  Outcomes(Connection connection, KernelLease lease) {
    this.connection = connection;
    this.lease = lease;
  }

  /** A successor's: what was done before the mark is copied. */
  Outcomes(Outcomes before) {
    this.connection = before.connection;
    this.lease = before.lease;
    this.seq = before.seq;
    this.count = before.count;
    this.reply = before.reply;
    this.done = before.done;
    this.ran = before.ran;
    this.indices = before.indices.clone();
    this.last = before.last;
    out.reserve(Envelope.ROOM);
    if (before.mark > Envelope.ROOM) {
      out.writeRaw(before.marked, Envelope.ROOM, before.mark - Envelope.ROOM);
    }
  }

  /** Begins a frame. Returns false when the kernel stops, and its calls are not run. */
  boolean begin(long number, int calls) {
    seq = number;
    count = calls;
    reply = null;
    done = 0;
    ran = false;
    out.clear(KEPT);
    out.reserve(Envelope.ROOM);
    if (connection.requests().begin(number)) {
      return true;
    }
    refuse();
    return false;
  }

  /** An end that has been told that the kernel stops expects no answer. */
  private void refuse() {
    if (connection.hearsGoodbye()) {
      return;
    }
    for (int at = 0; at < count; at++) {
      fail(at, connection.stopping());
    }
    send();
  }

  /** Where a guest writes its result. */
  MsgpackWriter writer() {
    return out;
  }

  /** Remembers what a successor would need, before something that may take long. */
  void mark() {
    mark = out.position();
    marked = out.buffer();
  }

  /** Tells of a call that has run that its outcome stands from the mark on. */
  void hasRun(Call call) {
    call.hasRun(out.buffer(), mark, out.position());
  }

  /** Counts what stands from the mark on as the outcome of a call. */
  void add(int at) {
    if (done == indices.length) {
      indices = Arrays.copyOf(indices, 2 * done);
    }
    indices[done++] = at;
    last = mark;
    ran = true;
  }

  /** Sends early what has become much. It may block on the socket, so no context is held. */
  void sendMuch() {
    if (out.position() > EARLY) {
      sendEarly();
    }
  }

  /** The frame is not gone through for a while: what is done is sent, and what becomes done meanwhile is sent at once. */
  void pause() {
    if (done > 0) {
      sendEarly();
    }
    if (reply != null) {
      reply.gathers(false);
      reply.flush();
    }
  }

  /** The frame is gone through again. */
  void goOn() {
    if (reply != null) {
      reply.gathers(true);
    }
  }

  private void sendEarly() {
    refuseLate();
    int at = indices[done - 1];
    reply().done(indices, done - 1, out.buffer(), Envelope.ROOM, last);
    if (out.position() - last > Envelope.LARGEST_OUTCOME) {
      GuestFailure tooLong = GuestFailure.of(Code.VALUE_INVALID, "the result of call " + at + " does not fit in a frame; pass it in parts");
      Execution.raise(out, last, tooLong.with(Outcome.RAN));
    }
    reply.done(new int[] {at}, 1, out.buffer(), last, out.position());
    done = 0;
    ran = false;
    // The socket may block for long, and needs the copy only.
    out.clear(KEPT);
    out.reserve(Envelope.ROOM);
    reply.flushNow();
  }

  /** Answers a call that is not run with a failure. */
  void fail(int at, GuestFailure failure) {
    mark();
    Execution.raise(out, mark, failure.with(Outcome.NOT_RUN));
    boolean before = ran;
    add(at);
    ran = before;
  }

  /** Answers a call, of which a successor has said that it comes later, with what stands from the mark on. */
  void answerMarked(Call call) {
    call.answerHeld(lease, out.buffer(), mark, out.position());
  }

  /** Calls that ran until the lease was over are not answered: another kernel may have read and written elsewhere by now. */
  private void refuseLate() {
    if (!ran || lease.held()) {
      return;
    }
    out.truncate(Envelope.ROOM);
    for (int i = 0; i < done; i++) {
      last = out.position();
      Execution.raise(out, last, KernelLease.ended("the call"));
    }
  }

  /** Where answers that come later gather. */
  Reply reply() {
    if (reply == null) {
      reply = new Reply(connection, seq, count);
    }
    return reply;
  }

  /** Sends what there is: a reply to all calls, or to some. */
  void send() {
    refuseLate();
    if (reply == null) {
      int from = Envelope.reply(out, header, seq, count);
      connection.send(out.buffer(), from, out.position());
    } else {
      reply.done(indices, done, out.buffer(), Envelope.ROOM, out.position());
      reply.passed();
      reply.flushNow();
    }
    connection.requests().end(seq);
  }
}

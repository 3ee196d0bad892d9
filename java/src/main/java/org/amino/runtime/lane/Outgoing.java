package org.amino.runtime.lane;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.schedule.Call;
import org.amino.runtime.schedule.Runner;
import org.amino.runtime.schedule.Scheduler;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.Protocol;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.Protocol.Outcome;
import org.amino.runtime.wire.WireException;

/** Requests that this end has sent on a connection, and their answers. */
public final class Outgoing {
  /** Unanswered requests from which on messages that may be dropped are. */
  private static final int DROPPABLE_LIMIT = 10_000;

  /** One request. Its calls are taken out one by one as they are answered, by the reading thread only. */
  private static final class Sent {
    private final Call[] calls;
    private int left;

    Sent(Call[] calls) {
      this.calls = calls;
      this.left = calls.length;
    }
  }

  private final Connection connection;
  private final Scheduler scheduler;
  private final AtomicLong numbers = new AtomicLong();
  private final Map<Long, Sent> sent = new ConcurrentHashMap<>();

  Outgoing(Connection connection, Scheduler scheduler) {
    this.connection = connection;
    this.scheduler = scheduler;
  }

  /** Sends a batch; the sinks of its calls get the answers. */
  public void send(RequestBatch batch) {
    long seq = numbers.incrementAndGet();
    Call[] calls = batch.calls();
    for (int i = 0; i < calls.length; i++) {
      calls[i].sentAs(seq, i);
    }
    sent.put(seq, new Sent(calls));
    byte[] frame = batch.frame(seq);
    if (frame.length - Protocol.LENGTH_BYTES > Protocol.FRAME_LIMIT) {
      sent.remove(seq);
      GuestFailure tooLong = GuestFailure.of(Code.VALUE_INVALID, "a call with its options does not fit in a frame; pass its arguments in parts");
      refuse(calls, tooLong.with(Outcome.NOT_RUN));
      return;
    }
    connection.send(frame, 0, frame.length);
    if (connection.isClosed()) {
      fail();
    }
  }

  /** Whether messages that may be dropped should still be sent. */
  public boolean hasRoom() {
    return sent.size() < DROPPABLE_LIMIT;
  }

  /** Requests that are not answered. */
  int unanswered() {
    return sent.size();
  }

  /** Tells the other end that nobody waits any more. */
  public void cancel(Call call) {
    if (!sent.containsKey(call.sentSeq())) {
      return;
    }
    MsgpackWriter frame = Envelope.begin();
    frame.writeArrayHeader(3);
    frame.writeLong(Protocol.CANCEL);
    frame.writeLong(call.sentSeq());
    frame.writeArrayHeader(1);
    frame.writeLong(call.sentIndex());
    byte[] bytes = Envelope.finish(frame);
    connection.send(bytes, 0, bytes.length);
  }

  /** Reads a reply to a whole request, after its kind. */
  void reply(MsgpackReader in, Runner runner) {
    long seq = in.readLong();
    int count = in.readArrayHeader();
    Sent request = open(seq);
    if (count != request.calls.length) {
      throw new WireException(Code.FRAME_INVALID, "a reply with " + count + " outcomes to request " + seq + ", which has " + request.calls.length + " calls");
    }
    for (int i = 0; i < count; i++) {
      outcome(request, i, in, runner);
    }
    sent.remove(seq);
  }

  /** Reads a partial reply, after its kind. */
  void partial(MsgpackReader in, Runner runner) {
    long seq = in.readLong();
    MsgpackReader indices = new MsgpackReader(in.buffer(), in.position(), in.end());
    int count = indices.readArrayHeader();
    in.skip();
    if (in.readArrayHeader() != count) {
      throw new WireException(Code.FRAME_INVALID, "a partial reply needs as many outcomes as indices");
    }
    Sent request = open(seq);
    for (int i = 0; i < count; i++) {
      outcome(request, indices.readInt(), in, runner);
    }
    if (request.left <= 0) {
      sent.remove(seq);
    }
  }

  private Sent open(long seq) {
    Sent request = sent.get(seq);
    if (request == null) {
      throw new WireException(Code.FRAME_INVALID, "an answer to request " + seq + ", which does not wait for one");
    }
    return request;
  }

  private static void outcome(Sent request, int index, MsgpackReader in, Runner runner) {
    if (index < 0 || index >= request.calls.length || request.calls[index] == null) {
      throw new WireException(Code.FRAME_INVALID, "an answer to call " + index + " of a request, which does not wait for one");
    }
    int from = in.position();
    in.skip();
    Call call = request.calls[index];
    request.calls[index] = null;
    request.left--;
    call.answer(in.buffer(), from, in.position());
    call.sink().leave(runner);
  }

  /** The connection is closed: what was not answered will not be. */
  void fail() {
    for (Long seq : sent.keySet()) {
      Sent request = sent.remove(seq);
      if (request != null) {
        refuse(request.calls.clone(), GuestFailure.of(Code.KERNEL_UNAVAILABLE, "the Python half of kernel " + scheduler.kernelId() + " went away; try again"));
      }
    }
  }

  private void refuse(Call[] calls, GuestFailure why) {
    for (Call call : calls) {
      if (call != null && call.fail(why)) {
        scheduler.workers().execute(call.sink()::flush);
      }
    }
  }
}

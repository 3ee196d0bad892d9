package org.amino.runtime.lane;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.schedule.Call;
import org.amino.runtime.schedule.CallSink;
import org.amino.runtime.schedule.Execution;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.Protocol.Outcome;

/** The answers to a request some of whose calls were not done at once: they gather here, and leave in partial replies. */
final class Reply implements CallSink {
  /** Bytes from which on outcomes go in a frame of their own. */
  private static final int FULL = 1 << 20;

  private final Connection connection;
  private final long seq;
  private final Call[] open;
  private int left;
  /** While the frame's calls are gone through, answers gather, so that they leave together. */
  private boolean passing = true;
  private int[] indices = new int[8];
  private int count;
  private MsgpackWriter outcomes = outcomes();
  private List<byte[]> ready = new ArrayList<>(2);

  Reply(Connection connection, long seq, int calls) {
    this.connection = connection;
    this.seq = seq;
    this.open = new Call[calls];
    connection.opened(seq, this);
  }

  private static MsgpackWriter outcomes() {
    return new MsgpackWriter(128, Integer.MAX_VALUE);
  }

  /** Announces a call that will be answered later. */
  synchronized void expect(Call call) {
    open[call.index()] = call;
    left++;
    connection.owes(1);
  }

  /** A call that is not answered yet, or null. */
  synchronized Call open(int index) {
    return index >= 0 && index < open.length ? open[index] : null;
  }

  @Override
  public void outcome(Call call, byte[] buffer, int from, int to) {
    synchronized (this) {
      open[call.index()] = null;
      left--;
      if (to - from <= Envelope.LARGEST_OUTCOME) {
        add(call.index(), buffer, from, to);
      } else {
        MsgpackWriter tooLarge = new MsgpackWriter();
        GuestFailure why = GuestFailure.of(Code.VALUE_INVALID, "the result of " + call.label() + " does not fit in a frame; pass it in parts");
        Execution.raise(tooLarge, 0, why.with(Outcome.RAN));
        add(call.index(), tooLarge.buffer(), 0, tooLarge.position());
      }
    }
    connection.owes(-1);
  }

  private void add(int index, byte[] buffer, int from, int to) {
    if (count > 0 && outcomes.position() + to - from > FULL) {
      pack();
    }
    if (count == indices.length) {
      indices = Arrays.copyOf(indices, 2 * count);
    }
    indices[count++] = index;
    outcomes.writeRaw(buffer, from, to - from);
  }

  private void pack() {
    if (count > 0) {
      ready.add(Envelope.partial(seq, indices, count, outcomes.buffer(), 0, outcomes.position()));
      count = 0;
      outcomes.clear(FULL);
    }
  }

  /** Adds outcomes of calls that were done at once, one after another in {@code buffer[from … to)}. */
  synchronized void done(int[] which, int howMany, byte[] buffer, int from, int to) {
    if (howMany == 0) {
      return;
    }
    pack();
    indices = Arrays.copyOf(which, Math.max(8, howMany));
    count = howMany;
    outcomes.writeRaw(buffer, from, to - from);
    if (to - from > FULL) {
      pack();
    }
  }

  /** The frame's calls have been gone through. */
  synchronized void passed() {
    passing = false;
  }

  /** Sends early what is there, also while calls are gone through. */
  void flushNow() {
    List<byte[]> frames;
    synchronized (this) {
      pack();
      frames = ready;
      ready = new ArrayList<>(2);
      if (left == 0 && !passing) {
        connection.closed(seq);
      }
    }
    for (byte[] frame : frames) {
      connection.send(frame, 0, frame.length);
    }
  }

  @Override
  public void flush() {
    synchronized (this) {
      if (passing) {
        return;
      }
    }
    flushNow();
  }

  @Override
  public boolean abandoned() {
    return connection.isClosed();
  }

  @Override
  public String requestId(int index) {
    return connection.requestId(seq, index);
  }
}

package org.amino.runtime.lane;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.schedule.Call;
import org.amino.runtime.schedule.CallSink;
import org.amino.runtime.schedule.Execution;
import org.amino.runtime.schedule.Scheduler;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.Protocol.Outcome;

/** The answers to a request some of whose calls were not done at once: they gather here, and leave in partial replies. */
final class Reply implements CallSink {
  /** Bytes from which on outcomes go in a frame of their own. */
  private static final int FULL = 1 << 20;
  /** Bytes of the buffer that a reply keeps while it waits. */
  private static final int KEPT = 512;
  /** Bytes that a call costs here until the last one is answered. */
  private static final long SLOT_BYTES = 8;

  private final Connection connection;
  private final long seq;
  private final Call[] open;
  private int left;
  /** While the frame's calls are gone through, further ones may come, and answers gather, so that they leave together. */
  private boolean passing = true;
  private boolean gathers = true;
  private boolean over;
  private int[] indices = new int[8];
  private int count;
  /** Bytes of outcomes that are here. */
  private long gathered;
  /** How many of them count as held by the connection. */
  private long counted;
  private MsgpackWriter outcomes = outcomes();
  private List<byte[]> ready = new ArrayList<>(2);

  Reply(Connection connection, long seq, int calls) {
    this.connection = connection;
    this.seq = seq;
    this.open = new Call[calls];
    connection.holdings().calls(bytes(calls));
    connection.opened(seq, this);
  }

  /** About what a reply to so many calls costs until the last one is answered. */
  static long bytes(int calls) {
    return KEPT + SLOT_BYTES * calls;
  }

  private static MsgpackWriter outcomes() {
    return new MsgpackWriter(KEPT, Integer.MAX_VALUE);
  }

  /** Announces a call that will be answered later. */
  synchronized void expect(Call call) {
    open[call.index()] = call;
    left++;
    connection.holdings().owes(1);
    connection.holdings().calls(Holdings.CALL_BYTES + call.weight());
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
        GuestFailure why = GuestFailure.of(Code.VALUE_INVALID, "the result of " + call.title() + " does not fit in a frame; pass it in parts");
        Execution.raise(tooLarge, 0, why.with(Outcome.RAN));
        add(call.index(), tooLarge.buffer(), 0, tooLarge.position());
      }
    }
    answered(call, call.lingers());
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
    gather(to - from);
  }

  private void pack() {
    if (count > 0) {
      ready.add(Envelope.partial(seq, indices, count, outcomes.buffer(), 0, outcomes.position()));
      count = 0;
      outcomes.clear(KEPT);
    }
  }

  /** Counts outcomes that are here, unless they are so few that they fit into what a reply costs anyway. */
  private void gather(int bytes) {
    gathered += bytes;
    if (gathered > KEPT) {
      connection.holdings().answers(gathered - counted);
      counted = gathered;
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
    gather(to - from);
    if (to - from > FULL) {
      pack();
    }
  }

  /** The frame's calls have been gone through. */
  synchronized void passed() {
    passing = false;
    gathers = false;
  }

  /** Says whether answers gather, or leave as they come. */
  synchronized void gathers(boolean now) {
    gathers = now;
  }

  /** Sends early what is there, also while calls are gone through. */
  void flushNow() {
    List<byte[]> frames;
    long leaving;
    synchronized (this) {
      pack();
      leaving = counted;
      gathered = 0;
      counted = 0;
      frames = ready;
      ready = new ArrayList<>(2);
      if (left == 0 && !passing && !over) {
        over = true;
        connection.closed(seq);
        connection.holdings().calls(-bytes(open.length));
      }
    }
    for (byte[] frame : frames) {
      // From here on it is counted where it is sent.
      leaving -= release(Math.min(leaving, frame.length));
      connection.send(frame, 0, frame.length);
    }
    release(leaving);
  }

  private long release(long bytes) {
    if (bytes > 0) {
      connection.holdings().answers(-bytes);
    }
    return bytes;
  }

  @Override
  public void flush() {
    synchronized (this) {
      if (gathers) {
        return;
      }
    }
    flushNow();
  }

  /** The connection is closed: calls that wait are given up, and so are those that were sent on. */
  void abandon(Scheduler scheduler) {
    Call[] waiting;
    synchronized (this) {
      passed();
      waiting = open.clone();
    }
    for (Call call : waiting) {
      if (call != null) {
        scheduler.abandon(call);
      }
    }
    flush();
  }

  private void answered(Call call, boolean lingers) {
    connection.holdings().owes(-1);
    connection.holdings().calls(-call.weight() - (lingers ? 0 : Holdings.CALL_BYTES));
  }

  @Override
  public void left(Call call) {
    synchronized (this) {
      if (open[call.index()] != call) {
        // It was answered before, and now its place in the queue is free.
        connection.holdings().calls(-Holdings.CALL_BYTES);
        return;
      }
      open[call.index()] = null;
      left--;
    }
    answered(call, false);
    // The connection is closed, so this does not block.
    flush();
  }

  @Override
  public boolean crowded() {
    return connection.isCrowded();
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

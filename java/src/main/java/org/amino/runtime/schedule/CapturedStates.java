package org.amino.runtime.schedule;

import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.Protocol;

/** States that gates have captured, on their way to the Python half: those of one moment go in one request. Any thread may use it. */
final class CapturedStates implements CallSink {
  /** Instance id, number of the delegation, mark, state. */
  static final int PARTS = 4;
  private static final byte WHOLE = (byte) (0x90 | PARTS);
  /** Bytes in one request. */
  private static final int MOST_BYTES = 1 << 20;

  private final Scheduler scheduler;
  private MsgpackWriter states = empty();
  private int count;

  CapturedStates(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  private static MsgpackWriter empty() {
    return new MsgpackWriter(1024, Protocol.FRAME_LIMIT);
  }

  /** Takes a state; what could not be captured has been told otherwise. */
  @Override
  public void outcome(Call call, byte[] buffer, int from, int to) {
    if (buffer[from] != WHOLE) {
      return;
    }
    boolean full;
    synchronized (this) {
      states.writeRaw(buffer, from, to - from);
      count++;
      full = states.position() >= MOST_BYTES;
    }
    if (full) {
      scheduler.workers().execute(this::flush);
    }
  }

  @Override
  public void flush() {
    MsgpackWriter args;
    synchronized (this) {
      if (count == 0) {
        return;
      }
      args = new MsgpackWriter(states.position() + 8, Protocol.FRAME_LIMIT);
      args.writeArrayHeader(count);
      args.writeRaw(states.buffer(), 0, states.position());
      states = empty();
      count = 0;
    }
    scheduler.outside().captured(args.toByteArray(), new StoredStates(scheduler));
  }

  @Override
  public boolean abandoned() {
    return false;
  }

  @Override
  public String requestId(int index) {
    return "capture/" + index;
  }
}

package org.amino.runtime.bridge;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.Protocol;
import org.amino.runtime.wire.Protocol.Code;

/** States that are larger than one piece, on their way over the bridge: those that the Python half fetches, and those that it brings. */
final class StatePieces {
  private final AtomicLong numbers = new AtomicLong();
  private final UnfinishedStates leaving;
  private final UnfinishedStates arriving;

  StatePieces() {
    this(System::nanoTime);
  }

  /**
   * With a clock of its own.
   *
   * @param nanos the time, in nanoseconds
   */
  StatePieces(LongSupplier nanos) {
    leaving = new UnfinishedStates(nanos);
    arriving = new UnfinishedStates(nanos);
  }

  /** Answers with a state, or, where it is larger than a piece, with its number and how many pieces it has. */
  void answer(MsgpackWriter state, MsgpackWriter out) {
    int size = state.position();
    if (size <= Protocol.STATE_PIECE) {
      out.writeRaw(state.buffer(), 0, size);
      return;
    }
    long number = numbers.incrementAndGet();
    leaving.put(number, state.toByteArray());
    out.writeArrayHeader(2);
    out.writeLong(number);
    out.writeLong((size + Protocol.STATE_PIECE - 1) / Protocol.STATE_PIECE);
  }

  /** A piece of a state that leaves. With the last one it is here no more. */
  byte[] piece(long number, long index) throws GuestFailure {
    byte[] bytes = leaving.get(number);
    long from = index * Protocol.STATE_PIECE;
    if (bytes == null || index < 0 || from >= bytes.length) {
      throw GuestFailure.of(Code.ARGUMENT_INVALID, "state " + number + " has no piece " + index + " here");
    }
    int to = (int) Math.min(bytes.length, from + Protocol.STATE_PIECE);
    if (to == bytes.length) {
      leaving.remove(number);
    }
    return java.util.Arrays.copyOfRange(bytes, (int) from, to);
  }

  /** Takes the next piece of a state that arrives: the first one says how many bytes it will have. */
  void stage(long number, long from, long size, byte[] piece) throws GuestFailure {
    if (size > Protocol.STATE_LIMIT || from < 0 || from + piece.length > size) {
      throw GuestFailure.of(Code.VALUE_INVALID, "a state of " + size + " bytes does not fit: it may have " + Protocol.STATE_LIMIT);
    }
    if (from == 0) {
      arriving.put(number, new byte[(int) size]);
    }
    byte[] bytes = arriving.get(number);
    if (bytes == null || bytes.length != size) {
      throw GuestFailure.of(Code.ARGUMENT_INVALID, "the beginning of state " + number + " is not here");
    }
    System.arraycopy(piece, 0, bytes, (int) from, piece.length);
  }

  /** A state that has arrived; it is here no more. */
  MsgpackReader take(long number) throws GuestFailure {
    byte[] bytes = arriving.remove(number);
    if (bytes == null) {
      throw GuestFailure.of(Code.ARGUMENT_INVALID, "state " + number + " has not arrived");
    }
    return new MsgpackReader(bytes, 0, bytes.length);
  }
}

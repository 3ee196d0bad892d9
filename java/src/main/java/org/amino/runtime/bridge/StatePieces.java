package org.amino.runtime.bridge;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.Protocol;
import org.amino.runtime.wire.Protocol.Code;

/** States that are larger than one piece, on their way over the bridge: those that the Python half fetches, and those that it brings. */
final class StatePieces {
  private static final long KEPT_NANOS = 300_000_000_000L;

  /** The bytes of a state, and since when they lie here. */
  private record Kept(byte[] bytes, long since) {}

  private final AtomicLong numbers = new AtomicLong();
  private final Map<Long, Kept> leaving = new ConcurrentHashMap<>();
  private final Map<Long, Kept> arriving = new ConcurrentHashMap<>();

  /** Answers with a state, or, where it is larger than a piece, with its number and how many pieces it has. */
  void answer(MsgpackWriter state, MsgpackWriter out) {
    int size = state.position();
    if (size <= Protocol.STATE_PIECE) {
      out.writeRaw(state.buffer(), 0, size);
      return;
    }
    tidy(leaving);
    long number = numbers.incrementAndGet();
    leaving.put(number, new Kept(state.toByteArray(), System.nanoTime()));
    out.writeArrayHeader(2);
    out.writeLong(number);
    out.writeLong((size + Protocol.STATE_PIECE - 1) / Protocol.STATE_PIECE);
  }

  /** A piece of a state that leaves. With the last one it is here no more. */
  byte[] piece(long number, long index) throws GuestFailure {
    Kept kept = leaving.get(number);
    long from = index * Protocol.STATE_PIECE;
    if (kept == null || index < 0 || from >= kept.bytes.length) {
      throw GuestFailure.of(Code.ARGUMENT_INVALID, "state " + number + " has no piece " + index + " here");
    }
    int to = (int) Math.min(kept.bytes.length, from + Protocol.STATE_PIECE);
    if (to == kept.bytes.length) {
      leaving.remove(number);
    }
    return java.util.Arrays.copyOfRange(kept.bytes, (int) from, to);
  }

  /** Takes the next piece of a state that arrives: the first one says how many bytes it will have. */
  void stage(long number, long from, long size, byte[] piece) throws GuestFailure {
    if (size > Protocol.STATE_LIMIT || from < 0 || from + piece.length > size) {
      throw GuestFailure.of(Code.VALUE_INVALID, "a state of " + size + " bytes does not fit: it may have " + Protocol.STATE_LIMIT);
    }
    if (from == 0) {
      tidy(arriving);
      arriving.put(number, new Kept(new byte[(int) size], System.nanoTime()));
    }
    Kept kept = arriving.get(number);
    if (kept == null || kept.bytes.length != size) {
      throw GuestFailure.of(Code.ARGUMENT_INVALID, "the beginning of state " + number + " is not here");
    }
    System.arraycopy(piece, 0, kept.bytes, (int) from, piece.length);
  }

  /** A state that has arrived; it is here no more. */
  MsgpackReader take(long number) throws GuestFailure {
    Kept kept = arriving.remove(number);
    if (kept == null) {
      throw GuestFailure.of(Code.ARGUMENT_INVALID, "state " + number + " has not arrived");
    }
    return new MsgpackReader(kept.bytes, 0, kept.bytes.length);
  }

  /** What nobody has fetched for long, since its call was given up, goes. */
  private static void tidy(Map<Long, Kept> states) {
    long now = System.nanoTime();
    states.values().removeIf(kept -> now - kept.since > KEPT_NANOS);
  }
}

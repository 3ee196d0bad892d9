package org.amino.runtime.guest;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.MsgpackType;
import org.amino.runtime.wire.Protocol;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.WireException;

/**
 * The fixed circumstances of one call of a replicated object: the time that it sees, and the random numbers that it draws. All replicas run the call
 * with the same ones. What differs between them and cannot be served is refused here.
 */
public final class Fixed {
  /**
   * Circumstances as they are given.
   *
   * @param time nanoseconds since 1970
   * @param seed of the random numbers
   */
  public record Given(long time, long seed) {
    /** `[nanoseconds since 1970, seed]` as an option of an operation; null: there are none. */
    public static Given of(Object option) throws GuestFailure {
      if (option == null) {
        return null;
      }
      if (option instanceof List<?> pair && pair.size() == 2 && pair.get(0) instanceof Long time && pair.get(1) instanceof Long seed) {
        return new Given(time, seed);
      }
      throw GuestFailure.of(Code.ARGUMENT_INVALID, "option fixed must be [nanoseconds since 1970, seed], both integers of 64 bits");
    }

    /** The circumstances of one call, or of one evaluation. */
    public Fixed begin() {
      return new Fixed(time, seed);
    }
  }

  /** By how much the time advances with each reading, so that a loop which waits for a moment comes to its end. */
  static final long STEP = 1_000;
  /** What the failure of a call says in its details when it failed on this replica, and perhaps on no other. */
  public static final String DIVERGED = "diverged";

  private static final Set<String> TOO_DEEP = Set.of("RecursionError", "SystemStackError", "StackOverflowError", "ResourceExhausted");
  private static final long GAMMA = 0x9e3779b97f4a7c15L;
  private static final double UNIT = 0x1.0p-53;

  private final Given given;
  private final long madeAt = System.nanoTime();
  private long time;
  private long state;
  private int calls;
  private long runNanos;
  private volatile long begunAt;
  private volatile long waitsSince;
  private volatile long waited;
  private String place = "";
  private GuestFailure refusal;

  /**
   * @param time nanoseconds since 1970
   * @param seed of the random numbers
   */
  public Fixed(long time, long seed) {
    this.given = new Given(time, seed);
    this.time = time;
    this.state = seed;
  }

  /** As they were given: the same on every replica. */
  public Given given() {
    return given;
  }

  /** The number of the call to another object that is made now, from 0. */
  public int nextCall() {
    return calls++;
  }

  /** The call runs from now on. */
  public void begins() {
    begunAt = System.nanoTime();
  }

  /** The call waits for the answer of another object. */
  public void waits() {
    waitsSince = System.nanoTime();
  }

  /** It goes on. */
  public void goesOn() {
    waited += System.nanoTime() - waitsSince;
    waitsSince = 0;
  }

  /**
   * When its time is over, as things stand: all replicas wait for the same calls before it and the same answers, but not equally long, so its time is that
   * in which it runs.
   *
   * @param deadline of its caller, which holds where the circumstances name no time
   */
  public long endsAt(long now, long deadline) {
    long begun = begunAt;
    long since = waitsSince;
    long stood = waited + (since == 0 ? 0 : now - since);
    if (runNanos != 0) {
      return (begun == 0 ? now : begun + stood) + runNanos;
    }
    return deadline + (begun == 0 ? now - madeAt : begun - madeAt + stood);
  }

  /**
   * The circumstances among the headers of a call; null: there are none.
   *
   * @param headers at the map
   * @throws WireException FRAME_INVALID when they are not `[time, seed]`
   */
  public static Fixed among(MsgpackReader headers) {
    int pairs = headers.readMapHeader();
    for (int i = 0; i < pairs; i++) {
      boolean named = headers.peekType() == MsgpackType.STRING;
      if (named && headers.readString().equals(Protocol.Header.FIXED)) {
        return read(headers);
      }
      if (!named) {
        headers.skip();
      }
      headers.skip();
    }
    return null;
  }

  private static Fixed read(MsgpackReader in) {
    try {
      int items = in.readArrayHeader();
      if (items == 2 || items == 3) {
        Fixed read = new Fixed(in.readLong(), in.readLong());
        read.runNanos = items == 2 ? 0 : in.readLong() * 1_000_000;
        return read;
      }
    } catch (WireException wrong) {
      throw new WireException(Code.FRAME_INVALID, "header " + Protocol.Header.FIXED + " cannot be read: " + wrong.getMessage());
    }
    throw new WireException(Code.FRAME_INVALID, "header " + Protocol.Header.FIXED + " must be [nanoseconds since 1970, seed] or [nanoseconds since 1970, seed, milliseconds that the call may run]");
  }

  /** Says where the call runs, for messages: the object and its member. */
  public void at(String objectAndMember) {
    place = objectAndMember;
  }

  /** Nanoseconds since 1970. Each reading is later than the one before. */
  public long now() {
    long read = time;
    time += STEP;
    return read;
  }

  /** The time passes, where the guest would wait. */
  public void pass(long nanos) {
    time += Math.max(0, nanos);
  }

  /** 64 random bits (SplitMix64). */
  public long bits() {
    state += GAMMA;
    long z = (state ^ state >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }

  /** From 0 to 1, without 1. */
  public double number() {
    return (bits() >>> 11) * UNIT;
  }

  /** Random bytes. */
  public byte[] bytes(int count) {
    byte[] drawn = new byte[count];
    long word = 0;
    for (int i = 0; i < count; i++) {
      word = i % 8 == 0 ? bits() : word >>> 8;
      drawn[i] = (byte) word;
    }
    return drawn;
  }

  /**
   * The refusal of something that differs between replicas, for the guest to raise.
   *
   * @param what the function that was asked, or the thing that was asked for
   */
  public GuestFailure refuse(String what) {
    String message = place + " asked for " + what + ", which is not the same on every replica of the object; pass the value as an argument, or ask for it outside of the object";
    return refused(message, null);
  }

  private GuestFailure refused(String message, Map<String, Object> details) {
    refusal = new GuestFailure(Code.NOT_DETERMINISTIC, "NotDeterministic", message, "", details, null);
    return refusal;
  }

  /** The failure of a member whose promise waits for something that comes from outside of the call, if it comes at all. */
  public GuestFailure unsettled() {
    if (refusal != null) {
      return refusal;
    }
    return refused(place + " gave a promise that does not settle within the call: a member of a replicated object may await only what is there", null);
  }

  /** What the caller is told of a failure: a refusal that the guest did not catch is one of this runtime, not an exception of the object. */
  public GuestFailure told(GuestFailure failure) {
    if (refusal != null && String.valueOf(refusal.getMessage()).equals(failure.getMessage())) {
      return new GuestFailure(refusal.code, refusal.type, refusal.getMessage(), failure.stack, refusal.details, null).from(failure.hop());
    }
    return failure.code.equals(Code.GUEST_EXCEPTION) && isTooDeep(failure) ? tooDeep(failure) : failure;
  }

  /** Whether an exception says that the stack was too small, as the languages word it. */
  private static boolean isTooDeep(GuestFailure failure) {
    return TOO_DEEP.contains(failure.type) || failure.type.equals("RangeError") && String.valueOf(failure.getMessage()).startsWith("Maximum call stack size");
  }

  /** What the caller is told where the stack was too small: how deep it is differs from one moment to the next. */
  private GuestFailure tooDeep(GuestFailure failure) {
    String message = place + " called too deeply for its stack, whose depth is not the same on every replica; make it a loop";
    return new GuestFailure(Code.NOT_DETERMINISTIC, "StackExhausted", message, failure.stack, Map.of(DIVERGED, true), null).from(failure.hop());
  }
}

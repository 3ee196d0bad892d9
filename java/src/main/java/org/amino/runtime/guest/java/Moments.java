package org.amino.runtime.guest.java;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.Protocol;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.WireException;

/** Writes moments and lengths of time. */
final class Moments {
  private static final long NANOS = 1_000_000_000L;

  private Moments() {}

  private static byte[] bigEndian(long value) {
    return ByteBuffer.allocate(8).putLong(value).array();
  }

  static void write(MsgpackWriter out, Instant instant) {
    byte[] payload = ByteBuffer.allocate(12).putInt(instant.getNano()).putLong(instant.getEpochSecond()).array();
    if (instant.getEpochSecond() >= 0 && instant.getEpochSecond() < 1L << 34) {
      boolean whole = instant.getNano() == 0 && instant.getEpochSecond() <= 0xffffffffL;
      payload = whole ? Arrays.copyOfRange(payload, 8, 12) : bigEndian((long) instant.getNano() << 34 | instant.getEpochSecond());
    }
    out.writeExtension(Protocol.Extension.TIMESTAMP, payload);
  }

  static void write(MsgpackWriter out, Duration duration) {
    BigInteger nanos = BigInteger.valueOf(duration.getSeconds()).multiply(BigInteger.valueOf(NANOS)).add(BigInteger.valueOf(duration.getNano()));
    if (nanos.bitLength() > 63) {
      throw new WireException(Code.VALUE_INVALID, "a duration of " + duration.getSeconds() + " s is longer than 292 years");
    }
    out.writeExtension(Protocol.Extension.DURATION, bigEndian(nanos.longValue()));
  }
}

package org.amino.runtime.guest.java;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.amino.runtime.guest.Fixed;

/**
 * What the classes of artifacts are given in the place of methods of the JDK ({@link ServedCalls}): the same, or in a call with fixed circumstances what
 * those say. Each method is named after the class and the method that it stands for.
 */
public final class Served {
  private static final long MILLI = 1_000_000;

  private Served() {}

  private static <T> T refused(Fixed fixed, String what) {
    throw new Refusal(fixed.refuse(what));
  }

  /** A refusal on its way through methods that declare no exception. */
  static final class Refusal extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    Refusal(Throwable refusal) {
      super(refusal.getMessage(), refusal);
    }
  }

  /** A clock that shows the time of the call in which it is read. */
  private static final class ServedClock extends Clock {
    private final ZoneId zone;

    ServedClock(ZoneId zone) {
      this.zone = zone;
    }

    @Override
    public ZoneId getZone() {
      return zone;
    }

    @Override
    public Clock withZone(ZoneId other) {
      return new ServedClock(other);
    }

    @Override
    public Instant instant() {
      return Instant_now();
    }
  }

  public static long System_currentTimeMillis() {
    Fixed fixed = Amino.fixed();
    return fixed == null ? System.currentTimeMillis() : fixed.now() / MILLI;
  }

  public static long System_nanoTime() {
    Fixed fixed = Amino.fixed();
    return fixed == null ? System.nanoTime() : fixed.now();
  }

  public static int System_identityHashCode(Object of) {
    Fixed fixed = Amino.fixed();
    return fixed == null ? System.identityHashCode(of) : refused(fixed, "System.identityHashCode");
  }

  public static String System_getenv(String name) {
    Fixed fixed = Amino.fixed();
    return fixed == null ? System.getenv(name) : refused(fixed, "System.getenv");
  }

  public static Map<String, String> System_getenv() {
    Fixed fixed = Amino.fixed();
    return fixed == null ? System.getenv() : refused(fixed, "System.getenv");
  }

  public static double Math_random() {
    Fixed fixed = Amino.fixed();
    return fixed == null ? Math.random() : fixed.number();
  }

  public static UUID UUID_randomUUID() {
    Fixed fixed = Amino.fixed();
    return fixed == null ? UUID.randomUUID() : new UUID(fixed.bits() & ~0xf000L | 0x4000L, fixed.bits() >>> 2 | Long.MIN_VALUE);
  }

  public static ThreadLocalRandom ThreadLocalRandom_current() {
    Fixed fixed = Amino.fixed();
    return fixed == null ? ThreadLocalRandom.current() : refused(fixed, "ThreadLocalRandom.current");
  }

  /** In fixed circumstances the time passes, and nobody waits. */
  public static void Thread_sleep(long millis) throws InterruptedException {
    Fixed fixed = Amino.fixed();
    if (fixed == null) {
      Thread.sleep(millis);
    } else {
      fixed.pass(millis * MILLI);
    }
  }

  public static Instant Instant_now() {
    Fixed fixed = Amino.fixed();
    if (fixed == null) {
      return Instant.now();
    }
    long nanos = fixed.now();
    return Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L));
  }

  public static Clock Clock_systemUTC() {
    return new ServedClock(ZoneId.of("Z"));
  }

  public static Clock Clock_systemDefaultZone() {
    return new ServedClock(ZoneId.systemDefault());
  }

  public static Clock Clock_system(ZoneId zone) {
    return new ServedClock(zone);
  }

  public static LocalDate LocalDate_now() {
    return LocalDate.now(Clock_systemDefaultZone());
  }

  public static LocalDate LocalDate_now(ZoneId zone) {
    return LocalDate.now(Clock_system(zone));
  }

  public static LocalTime LocalTime_now() {
    return LocalTime.now(Clock_systemDefaultZone());
  }

  public static LocalDateTime LocalDateTime_now() {
    return LocalDateTime.now(Clock_systemDefaultZone());
  }

  public static LocalDateTime LocalDateTime_now(ZoneId zone) {
    return LocalDateTime.now(Clock_system(zone));
  }

  public static ZonedDateTime ZonedDateTime_now() {
    return ZonedDateTime.now(Clock_systemDefaultZone());
  }

  public static ZonedDateTime ZonedDateTime_now(ZoneId zone) {
    return ZonedDateTime.now(Clock_system(zone));
  }

  public static OffsetDateTime OffsetDateTime_now() {
    return OffsetDateTime.now(Clock_systemDefaultZone());
  }

  public static OffsetDateTime OffsetDateTime_now(ZoneId zone) {
    return OffsetDateTime.now(Clock_system(zone));
  }
}

package org.amino.runtime.guest.java;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.amino.runtime.fixed.FixedRun;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.polyglot.PolyglotGuests;
import org.amino.runtime.testing.Host;
import org.amino.runtime.testing.LaneClient;
import org.amino.runtime.wire.Protocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Classes whose calls have fixed circumstances. */
@Timeout(120)
class JavaFixedTest {
  private static final long TIME = 1_700_000_000_123_456_789L;
  private static final String CLOCKED = """
      import java.time.*;
      import java.util.*;
      import java.util.concurrent.*;
      import java.util.function.LongSupplier;
      import org.amino.runtime.guest.java.Amino;

      public class Clocked {
        private static final Clock CLOCK = Clock.systemUTC();
        private List<Object> kept = new ArrayList<>();

        private <T> T keep(T value) {
          kept.add(value.toString());
          return value;
        }

        public long millis() { return keep(System.currentTimeMillis()); }
        public long nanos() { LongSupplier clock = System::nanoTime; return keep(clock.getAsLong()); }
        public String date() { return keep(LocalDateTime.now() + " " + ZonedDateTime.now(ZoneId.of("Asia/Tokyo")) + " " + LocalDate.now()); }
        public String moment() { return keep(Instant.now().toString()); }
        public long held() { return keep(CLOCK.millis()); }
        public double draw() { return keep(Math.random()); }
        public String id() { return keep(UUID.randomUUID().toString()); }
        public boolean pause() throws Exception { long a = System.nanoTime(); Thread.sleep(3_600_000); return keep(System.nanoTime() - a > 3_600_000_000_000L); }
        public int place() { return System.identityHashCode(this); }
        public int current() { return ThreadLocalRandom.current().nextInt(); }
        public Object environment() { return System.getenv("HOME"); }
        public Object ask() throws Exception { return Amino.get("other"); }
        public Object later() { return new CompletableFuture<String>(); }
        public Object amino_save() { return kept; }
        public void amino_load(List<Object> state) { kept = new ArrayList<>(state); }
      }
      """;
  private static final String UNSERVED = """
      public class Unserved {
        public int draw() { return new java.util.Random().nextInt(); }
      }
      """;

  /** By the name that the refusal says: members of a class. */
  private static final Map<String, String> COLLECTED = Map.of("java.util.WeakHashMap", "public Object ask() { return new java.util.WeakHashMap<Object, Object>(); }",
      "java.lang.ref.WeakReference", "public Object ask() { return new java.lang.ref.WeakReference<>(this).get(); }",
      "java.lang.ref.SoftReference", "public Object ask() { return new java.lang.ref.SoftReference<>(this).get(); }",
      "java.lang.ref.Cleaner.create", "public Object ask() { return java.lang.ref.Cleaner.create().toString(); }",
      "finalize", "private int[] kept = {1}; @Override protected void finalize() { kept[0]++; }");

  @TempDir
  Path folder;

  private Host host(String name, String source) throws Exception {
    Files.createDirectories(folder.resolve(name));
    Files.writeString(folder.resolve(name).resolve(name + ".java"), source);
    Host host = new Host(new PolyglotGuests(), FixedRun::nobodyCalls);
    host.python().call("", "load", name, "java", folder.resolve(name).toString(), name, Map.of("allow", List.of("host")));
    return host;
  }

  private Host clocked() throws Exception {
    Host host = host("Clocked", CLOCKED);
    host.python().call("", "create", "o", 1, "Clocked", List.of(), Map.of(), Map.of("fixed", List.of(TIME, 1)));
    return host;
  }

  private static CompletableFuture<Object> send(Host host, String member, long time, long seed) throws Exception {
    Map<Integer, Object> headers = Map.of(Protocol.Option.HEADERS, Map.of(Protocol.Header.FIXED, List.of(time, seed)));
    return host.python().send(0, Map.of(0, headers), LaneClient.to("o", member)).get(0);
  }

  private static List<Object> all(Host host, long time, long seed) throws Exception {
    List<Object> results = new ArrayList<>();
    for (String member : List.of("millis", "nanos", "date", "moment", "held", "draw", "id", "pause")) {
      results.add(LaneClient.result(send(host, member, time, seed)));
    }
    return results;
  }

  @Test
  void theTimeAndTheRandomNumbersAreThoseOfTheCall() throws Exception {
    try (Host one = clocked(); Host other = clocked(); Host later = clocked()) {
      List<Object> results = all(one, TIME, 7);
      assertEquals(TIME / 1_000_000, results.get(0));
      assertEquals(TIME, results.get(1));
      assertTrue(results.get(2).toString().startsWith("2023-11-14T22:13:20.123456789"), results.toString());
      assertEquals("2023-11-14T22:13:20.123456789Z", results.get(3));
      assertEquals(TIME / 1_000_000, results.get(4));
      assertEquals(true, results.get(7));
      assertEquals(results, all(other, TIME, 7));
      assertArrayEquals((byte[]) one.python().call("", "state_hash", "o"), (byte[]) other.python().call("", "state_hash", "o"));
      List<Object> others = all(later, TIME + 1_000_000_000_000L, 8);
      for (int i = 0; i < 7; i++) {
        assertNotEquals(results.get(i), others.get(i));
      }
      assertTrue((long) one.python().call("o", "millis") > TIME / 1_000_000 + 1_000_000, "a call without circumstances");
    }
  }

  @Test
  void whatIsAnotherOnEachReplicaIsRefused() throws Exception {
    try (Host host = clocked()) {
      for (String member : List.of("place", "current", "environment", "ask", "later")) {
        GuestFailure refused = LaneClient.failure(send(host, member, TIME, 1));
        assertEquals("NOT_DETERMINISTIC", refused.code, member + ": " + refused.getMessage());
        assertTrue(refused.getMessage().startsWith("o." + member + " "), refused.getMessage());
      }
    }
  }

  @Test
  void aClassThatCannotBeServedIsRefusedByName() throws Exception {
    try (Host host = host("Unserved", UNSERVED)) {
      GuestFailure refused = LaneClient.failure(host.python().send("", "create", "o", 1, "Unserved", List.of(), Map.of(), Map.of("fixed", List.of(TIME, 1))));
      assertEquals("NOT_DETERMINISTIC", refused.code);
      assertTrue(refused.getMessage().contains("java.util.Random, in class Unserved"), refused.getMessage());
      host.python().call("", "create", "o", 1, "Unserved", List.of(), Map.of(), Map.of());
      host.python().call("o", "draw");
    }
  }

  @Test
  void aClassThatSeesWhatTheCollectorDoesIsRefusedByName() throws Exception {
    try (Host host = host("Unserved", UNSERVED)) {
      for (Map.Entry<String, String> each : COLLECTED.entrySet()) {
        String name = "Weak" + each.getKey().replace(".", "");
        Files.createDirectories(folder.resolve(name));
        Files.writeString(folder.resolve(name).resolve(name + ".java"), "public class " + name + " { " + each.getValue() + " }");
        host.python().call("", "load", name, "java", folder.resolve(name).toString(), name, Map.of("allow", List.of("host")));
        Map<String, Object> options = Map.of("fixed", List.of(TIME, 1));
        GuestFailure refused = LaneClient.failure(host.python().send("", "create", name, 1, name, List.of(), Map.of(), options));
        assertEquals("NOT_DETERMINISTIC", refused.code, name);
        assertTrue(refused.getMessage().contains(each.getKey()) && refused.getMessage().contains(", in class " + name), refused.getMessage());
      }
    }
  }
}

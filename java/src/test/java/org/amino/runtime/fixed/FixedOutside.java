package org.amino.runtime.fixed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.Workbench;
import org.amino.runtime.guest.polyglot.PolyglotGuests;
import org.amino.runtime.testing.Host;
import org.amino.runtime.testing.LaneClient;
import org.amino.runtime.wire.Protocol;

/** Calls with fixed circumstances that call other objects: the Python half answers for all replicas. */
final class FixedOutside {
  private static final int SHORT_MS = 400;
  private static final Map<String, String> SOURCES = Map.of("js", """
      export default class Teller {
        constructor(other) { this.other = other; }
        pay(amount) { const before = Math.random(); return [this.other.add(amount), this.other.add(1), before, Math.random(), Date.now()]; }
        caught() { try { return this.other.fail(); } catch (error) { return `caught ${error.message}`; } }
        one() { return 1; }
        now() { return Date.now(); }
        async later(amount) { return [await this.other.async.add(amount), 2]; }
      }
      """, "python", """
      import random, time
      class Teller:
          def __init__(self, other):
              self.other = other
          def pay(self, amount):
              before = random.random()
              return [self.other.add(amount), self.other.add(1), before, random.random(), time.time_ns()]
          def caught(self):
              try:
                  return self.other.fail()
              except Exception as error:
                  return f'caught {error}'
          def one(self):
              return 1
          def now(self):
              return time.time_ns() // 1000000
      """, "ruby", """
      class Teller
        def initialize(other)
          @other = other
        end
        def pay(amount)
          before = rand
          [@other.add(amount), @other.add(1), before, rand, Process.clock_gettime(Process::CLOCK_REALTIME, :nanosecond)]
        end
        def caught
          @other.fail
        rescue => error
          "caught #{error.message}"
        end
        def one
          1
        end
        def now
          Process.clock_gettime(Process::CLOCK_REALTIME, :millisecond)
        end
      end
      """);

  private final LinkedBlockingQueue<List<?>> asked = new LinkedBlockingQueue<>();
  private final CountDownLatch slow = new CountDownLatch(1);

  private Object python(String target, String method, List<?> args, Map<?, ?> options) throws GuestFailure {
    if (!target.equals("@outside")) {
      return null;
    }
    asked.add(args);
    List<?> given = (List<?>) args.get(6);
    return switch ((String) args.get(5)) {
      case "fail" -> throw GuestFailure.of("GUEST_EXCEPTION", "no more");
      case "add" -> given.equals(List.of(99L)) ? waited() : 10 * (Long) given.get(0);
      default -> throw new GuestFailure(Protocol.Code.NOT_DETERMINISTIC, "AminoError", "no manager", "", Map.of("outside", true), null);
    };
  }

  private Object waited() {
    try {
      return slow.await(20, TimeUnit.SECONDS) ? 990L : -1L;
    } catch (InterruptedException e) {
      return -1L;
    }
  }

  private static CompletableFuture<Object> send(LaneClient python, long seed, int budget, String member, Object... args) throws Exception {
    Map<Integer, Object> options = Map.of(Protocol.Option.HEADERS, Map.of(Protocol.Header.FIXED, List.of(5_000_000_000L, seed)), Protocol.Option.BUDGET, budget);
    return python.send(0, Map.of(0, options), LaneClient.to("o1", member, args)).get(0);
  }

  static void holds(Path folder, String language) throws Exception {
    PolyglotGuests guests = new PolyglotGuests();
    guests.prewarm(language);
    FixedOutside half = new FixedOutside();
    try (Host host = new Host(guests, half::python)) {
      LaneClient python = host.python();
      Files.writeString(folder.resolve(FixedCases.entry(language)), SOURCES.get(language));
      python.call("", "load", "hash", language, folder.toString(), FixedCases.entry(language), Map.of("contexts", 1));
      python.call("", "create", "o1", 1, "hash", List.of(Workbench.referenceTo("other")), Map.of(), Map.of("fixed", List.of(1, 1)));
      half.answers(python);
      half.standing(python);
      assertTrue((long) python.call("o1", "now") > 1_000_000_000_000L, "the time of the moment");
      if (language.equals("js")) {
        assertEquals(List.of(70L, 2L), LaneClient.result(send(python, 1, 60_000, "later", 7)));
      }
    }
  }

  /** Each call is named by the circumstances and its number, and the guest sees nothing of the time that it took. */
  private void answers(LaneClient python) throws Exception {
    List<?> first = (List<?>) LaneClient.result(send(python, 7, 60_000, "pay", 3));
    assertEquals(List.of(30L, 10L), first.subList(0, 2));
    List<List<?>> names = new ArrayList<>();
    asked.drainTo(names);
    assertEquals(List.of(List.of("o1", 5_000_000_000L, 7L, 0L, "other", "add", List.of(3L), Map.of()),
        List.of("o1", 5_000_000_000L, 7L, 1L, "other", "add", List.of(1L), Map.of())), names);
    assertEquals(first, LaneClient.result(send(python, 7, 60_000, "pay", 3)), "the same on another replica");
    assertNotEquals(first, LaneClient.result(send(python, 8, 60_000, "pay", 3)));
    assertEquals("caught no more", LaneClient.result(send(python, 1, 60_000, "caught")));
    asked.clear();
  }

  /** The time of a call is that in which it runs: neither its own wait counts, nor that of one before it. */
  private void standing(LaneClient python) throws Exception {
    CompletableFuture<Object> waiting = send(python, 7, SHORT_MS, "pay", 99);
    asked.take();
    CompletableFuture<Object> behind = send(python, 8, SHORT_MS, "one");
    long until = System.nanoTime() + 4L * SHORT_MS * 1_000_000;
    while (System.nanoTime() < until) {
      LockSupport.parkNanos(this, 50_000_000);
    }
    assertTrue(!waiting.isDone() && !behind.isDone());
    slow.countDown();
    assertEquals(990L, ((List<?>) LaneClient.result(waiting)).get(0));
    assertEquals(1L, LaneClient.result(behind));
  }
}

package org.amino.runtime.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.amino.runtime.testing.CounterGuests;
import org.amino.runtime.testing.Host;
import org.amino.runtime.testing.LaneClient;
import org.amino.runtime.wire.Protocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The bytes that connections make the process hold: counted, bounded for each connection, and none of them left over. */
@Timeout(200)
class HeldMemoryTest {
  private static final int LARGE = 8 << 20;
  private static final LaneMemory LIMITS = new LaneMemory(Runtime.getRuntime().maxMemory());
  /** More frames than one connection may hold. */
  private static final int TOO_MANY = (int) (LIMITS.each() / LARGE) + 4;

  /** What the question for it holds itself is not counted. */
  private static long held(Host host) throws Exception {
    long question = Reply.bytes(1) + Holdings.CALL_BYTES;
    return ((Number) ((Map<?, ?>) host.python().call("", "stats")).get("connection_bytes")).longValue() - question;
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void until(Condition condition) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.holds()) {
      assertTrue(System.nanoTime() < end, "the condition did not hold in time");
      Thread.sleep(5);
    }
  }

  private static void nothingIsHeld(Host host) throws Exception {
    until(() -> held(host) == 0);
  }

  private static Host host() throws Exception {
    Host host = new Host();
    for (String name : List.of("a", "b")) {
      host.load("artifact " + name, 1);
      host.create(name, "artifact " + name);
    }
    return host;
  }

  private static CompletableFuture<Object> block(Host host, LaneClient by, String gate) throws Exception {
    CompletableFuture<Object> blocked = by.send(0, null, LaneClient.to("a", "block", gate)).get(0);
    assertTrue(host.guests().reached(gate).await(30, TimeUnit.SECONDS));
    // From now on a successor reads the connection, and somebody waits for the call.
    by.settle();
    return blocked;
  }

  /** Sends on a thread of its own, since the other end stops reading. */
  private static Thread send(LaneClient client, List<CompletableFuture<Object>> answers, int frames, int size) {
    Thread thread = new Thread(() -> {
      try {
        for (int i = 0; i < frames; i++) {
          answers.add(client.send("a", "record", new byte[size]));
        }
      } catch (java.io.IOException e) {
        answers.add(CompletableFuture.failedFuture(e));
      }
    });
    thread.start();
    return thread;
  }

  @Test
  void largeCallsThatWaitAreBoundedAndAllOfThemAreRunInTheEnd() throws Exception {
    try (Host host = host(); LaneClient first = host.client("first"); LaneClient eager = host.client("eager"); LaneClient other = host.client("other")) {
      CompletableFuture<Object> blocked = block(host, first, "g");
      List<CompletableFuture<Object>> answers = java.util.Collections.synchronizedList(new ArrayList<>());
      Thread sending = send(eager, answers, TOO_MANY, LARGE);
      until(() -> held(host) > LIMITS.each() - LARGE);
      for (long i = 1; i <= 50; i++) {
        assertEquals(i, other.call("b", "incr", 1));
      }
      assertTrue(held(host) <= LIMITS.each() + 2L * LARGE, held(host) + " bytes are held");
      assertTrue(sending.isAlive());
      host.guests().gate("g").countDown();
      assertEquals("done", LaneClient.result(blocked));
      sending.join();
      for (int i = 0; i < TOO_MANY; i++) {
        assertEquals((long) i + 1, LaneClient.result(answers.get(i)));
      }
      nothingIsHeld(host);
    }
  }

  @Test
  void callsOfAClosedConnectionAreLetGoOfThoughTheirObjectIsBusy() throws Exception {
    try (Host host = host(); LaneClient first = host.client("first")) {
      CompletableFuture<Object> blocked = block(host, first, "g");
      long before = held(host);
      for (int i = 0; i < 6; i++) {
        LaneClient eager = host.client("eager" + i);
        send(eager, new ArrayList<>(), 3, LARGE).join();
        until(() -> held(host) >= before + 2L * LARGE);
        eager.close();
        until(() -> held(host) < before + LARGE);
      }
      host.guests().gate("g").countDown();
      assertEquals("done", LaneClient.result(blocked));
      nothingIsHeld(host);
    }
  }

  @Test
  void callsWhoseTimeIsOverCountUntilTheyHaveLeftTheirQueue() throws Exception {
    try (Host host = host(); LaneClient first = host.client("first"); LaneClient hasty = host.client("hasty")) {
      CompletableFuture<Object> blocked = block(host, first, "g");
      long before = held(host);
      int calls = 100;
      for (int i = 0; i < calls; i++) {
        assertEquals("DEADLINE_EXCEEDED", LaneClient.failure(hasty.send(1, null, LaneClient.to("a", "record", new byte[1 << 16])).get(0)).code);
      }
      until(() -> held(host) == before + (long) calls * Holdings.CALL_BYTES);
      host.guests().gate("g").countDown();
      assertEquals("done", LaneClient.result(blocked));
      nothingIsHeld(host);
    }
  }

  @Test
  void anotherKernelsLaneIsNotLeftUnreadForLong() throws Exception {
    try (Host host = host(); LaneClient first = host.client("first")) {
      host.python().call("", "admit", "of the cluster");
      CompletableFuture<Object> blocked = block(host, first, "g");
      try (LaneClient peer = LaneClient.connect(host.socket(), null).greet("k2", "of the cluster", "peer")) {
        List<CompletableFuture<Object>> answers = new ArrayList<>();
        send(peer, answers, TOO_MANY, LARGE).join();
        // Calls that need not wait are run, and those that would have to are refused.
        assertEquals(1L, peer.call("b", "incr", 1));
        assertEquals("OVERLOADED", peer.failing("a", "incr", 1).code);
        assertFalse(answers.get(0).isDone());
        host.guests().gate("g").countDown();
        assertEquals("done", LaneClient.result(blocked));
        assertEquals(1L, LaneClient.result(answers.get(0)));
        until(() -> peer.send("a", "incr", 1).handle((value, failure) -> failure == null).get(20, TimeUnit.SECONDS));
      }
      nothingIsHeld(host);
    }
  }

  @Test
  void aFrameWhoseCallsWaitIsGoneThroughAsTheyAreAnswered() throws Exception {
    try (Host host = host(); LaneClient first = host.client("first"); LaneClient eager = host.client("eager")) {
      CompletableFuture<Object> blocked = block(host, first, "g");
      int calls = Protocol.UNANSWERED_LIMIT + 10_000;
      List<Object> flat = new ArrayList<>();
      for (int i = 0; i < calls; i++) {
        flat.addAll(LaneClient.to("a", "incr", 1));
      }
      eager.frame(List.of(Protocol.REQUEST, 7L, 100_000, flat));
      until(() -> held(host) > (long) Protocol.UNANSWERED_LIMIT * Holdings.CALL_BYTES);
      assertTrue(held(host) < (long) (calls - 1000) * Holdings.CALL_BYTES);
      assertFalse(blocked.isDone());
      host.guests().gate("g").countDown();
      until(() -> ((Number) first.call("a", "incr", 0)).longValue() == calls);
      nothingIsHeld(host);
    }
  }

  @Test
  void limitsArePartsOfTheHeap() {
    assertEquals(32L << 20, new LaneMemory(512L << 20).each());
    assertEquals(64L << 20, new LaneMemory(8L << 30).each());
    LaneMemory small = new LaneMemory(512L << 20);
    assertTrue(small.tryAdd(100L << 20));
    assertFalse(small.tryAdd(29L << 20));
    small.add(29L << 20);
    assertTrue(small.isScarce());
    assertFalse(small.isExhausted());
    small.add(64L << 20);
    assertTrue(small.isExhausted());
    assertFalse(small.isExhausted(2L << 20));
    assertFalse(small.isSpent());
    small.add(64L << 20);
    assertTrue(small.isSpent());
    assertEquals(32L << 20, small.share(4));
  }
}

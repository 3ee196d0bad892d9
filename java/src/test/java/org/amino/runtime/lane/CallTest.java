package org.amino.runtime.lane;

import static org.amino.runtime.testing.LaneClient.failure;
import static org.amino.runtime.testing.LaneClient.result;
import static org.amino.runtime.testing.LaneClient.to;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.testing.Host;
import org.amino.runtime.testing.LaneClient;
import org.amino.runtime.wire.Protocol;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls over a real socket: what is quick, what is slow, what fails. */
@Timeout(60)
class CallTest {
  /** A budget that is to run out, and not before the guest runs: on a busy machine that takes a while. */
  private static final int ENOUGH_TO_BEGIN_MS = 3_000;

  private Host host;
  private LaneClient client;

  @BeforeEach
  void start() throws Exception {
    host = new Host();
    host.load("h", 1);
    host.create("a", "h");
    host.create("b", "h");
    client = host.client("c1");
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    host.close();
  }

  private static void await(java.util.concurrent.CountDownLatch latch) throws InterruptedException {
    assertTrue(latch.await(20, TimeUnit.SECONDS));
  }

  @Test
  void aFrameOfQuickCallsIsAnsweredByOneReply() throws Exception {
    int fewest = Integer.MAX_VALUE;
    // One frame alone proves nothing on a busy machine: a thread that is stopped inside a call counts as slow, and answers in parts.
    for (long round = 0; round < 50; round++) {
      int before = client.replyFrames();
      List<CompletableFuture<Object>> futures = client.send(0, null, to("a", "incr", 1), to("b", "incr", 10), to("a", "incr", 2));
      assertEquals(3 * round + 1, result(futures.get(0)));
      assertEquals(10 * round + 10, result(futures.get(1)));
      assertEquals(3 * round + 3, result(futures.get(2)));
      fewest = Math.min(fewest, client.replyFrames() - before);
    }
    assertEquals(1, fewest);
  }

  @Test
  void aFailureBelongsToItsOwnCall() throws Exception {
    List<CompletableFuture<Object>> futures = client.send(0, null, to("a", "fail", "no"), to("a", "nothing"), to("a", "crash"), to("a", "incr", 4));
    GuestFailure raised = failure(futures.get(0));
    assertEquals("GUEST_EXCEPTION", raised.code);
    assertEquals("TypeError", raised.type);
    assertEquals("no", raised.getMessage());
    assertEquals("at fail", raised.stack);
    assertEquals(Map.of("n", 1L), raised.details);
    assertEquals("MEMBER_NOT_FOUND", failure(futures.get(1)).code);
    assertEquals("INTERNAL", failure(futures.get(2)).code);
    assertEquals(4L, result(futures.get(3)));
  }

  @Test
  void argumentsOfTheWrongTypeAreTheCallsOwnFault() throws Exception {
    assertEquals("VALUE_INVALID", client.failing("a", "incr", "one").code);
    assertEquals(1L, client.call("a", "incr", 1));
  }

  @Test
  void namedArgumentsComeWithTheOptions() throws Exception {
    Map<Integer, Object> options = Map.of(1, Map.of(Protocol.Option.KWARGS, Map.of("x", 5L)));
    List<CompletableFuture<Object>> futures = client.send(0, options, to("a", "named"), to("a", "named"), to("a", "named"));
    assertEquals(Map.of(), result(futures.get(0)));
    assertEquals(Map.of("x", 5L), result(futures.get(1)));
    assertEquals(Map.of(), result(futures.get(2)));
  }

  @Test
  void aSlowCallHoldsBackNeitherItsFrameNorItsConnection() throws Exception {
    host.load("other", 1);
    host.create("far", "other");
    List<CompletableFuture<Object>> futures = client.send(0, null, to("far", "incr", 1), to("a", "block", "g"), to("far", "incr", 1), to("a", "incr", 1));
    assertEquals(1L, result(futures.get(0)));
    assertEquals(2L, result(futures.get(2)));
    assertEquals(3L, client.call("far", "incr", 1));
    assertFalse(futures.get(1).isDone());
    assertFalse(futures.get(3).isDone());
    host.guests().gate("g").countDown();
    assertEquals("done", result(futures.get(1)));
    assertEquals(1L, result(futures.get(3)));
    assertEquals(0, client.surplus());
  }

  @Test
  void callsOfOneConnectionToOneObjectKeepTheirOrderAcrossATakeOver() throws Exception {
    CompletableFuture<Object> blocked = client.send("a", "block", "g");
    await(host.guests().reached("g"));
    for (int i = 0; i < 500; i++) {
      client.send("a", "record", i);
    }
    host.guests().gate("g").countDown();
    assertEquals("done", result(blocked));
    List<?> seen = (List<?>) client.call("a", "seen");
    assertEquals(500, seen.size());
    for (int i = 0; i < 500; i++) {
      assertEquals((long) i, seen.get(i));
    }
  }

  @Test
  void aPromiseFreesTheContextButNotTheObject() throws Exception {
    CompletableFuture<Object> promised = client.send("a", "promise", "p");
    await(host.guests().reached("p"));
    CompletableFuture<Object> behind = client.send("a", "incr", 1);
    client.settle();
    assertEquals(1L, client.call("b", "incr", 1));
    assertFalse(behind.isDone());
    host.guests().gate("p").countDown();
    assertEquals("settled p", result(promised));
    assertEquals(1L, result(behind));
  }

  @Test
  void aConcurrentObjectRunsOnBesideItsPromises() throws Exception {
    host.create("free", "h", Map.of("concurrent", true));
    CompletableFuture<Object> promised = client.send("free", "promise", "p");
    await(host.guests().reached("p"));
    assertEquals(1L, client.call("free", "incr", 1));
    assertFalse(promised.isDone());
    host.guests().gate("p").countDown();
    assertEquals("settled p", result(promised));
  }

  @Test
  void aQueuedCallIsDroppedAndARunningOneInterruptedByCancel() throws Exception {
    CompletableFuture<Object> running = client.send("a", "loop", "l");
    long first = client.lastSeq();
    await(host.guests().reached("l"));
    CompletableFuture<Object> queued = client.send("a", "incr", 1);
    client.settle();
    client.cancel(client.lastSeq());
    assertEquals("CANCELLED", failure(queued).code);
    client.cancel(first);
    assertEquals("CANCELLED", failure(running).code);
    assertEquals(0L, client.call("a", "get"));
    assertEquals(0, client.surplus());
  }

  @Test
  void aCallPastItsBudgetIsAnsweredAndEnded() throws Exception {
    CompletableFuture<Object> loop = client.send(ENOUGH_TO_BEGIN_MS, null, to("a", "loop", "l")).get(0);
    await(host.guests().reached("l"));
    CompletableFuture<Object> behind = client.send("a", "incr", 1);
    assertEquals("DEADLINE_EXCEEDED", failure(loop).code);
    assertEquals(1L, result(behind));
    assertEquals(0, client.surplus());
  }

  @Test
  void aCallWhoseBudgetIsOverBeforeItsTurnIsAnsweredAndNeverRuns() throws Exception {
    CompletableFuture<Object> blocked = client.send("a", "block", "g");
    await(host.guests().reached("g"));
    CompletableFuture<Object> queued = client.send(30, null, to("a", "incr", 1)).get(0);
    assertEquals("DEADLINE_EXCEEDED", failure(queued).code);
    host.guests().gate("g").countDown();
    assertEquals("done", result(blocked));
    assertEquals(0L, client.call("a", "get"));
    assertEquals(0, client.surplus());
  }

  @Test
  void resultsOfAnySizeArrive() throws Exception {
    List<CompletableFuture<Object>> futures = client.send(0, null, to("a", "large", 3 << 20), to("a", "incr", 1), to("a", "large", 15 << 20), to("a", "large", 17 << 20),
        to("a", "incr", 1));
    assertEquals(3 << 20, ((byte[]) result(futures.get(0))).length);
    assertEquals(1L, result(futures.get(1)));
    assertEquals(15 << 20, ((byte[]) result(futures.get(2))).length);
    assertEquals("VALUE_INVALID", failure(futures.get(3)).code);
    assertEquals(2L, result(futures.get(4)));
  }

  @Test
  void aLargeArgumentArrives() throws Exception {
    byte[] large = new byte[10 << 20];
    large[77] = 5;
    List<?> back = (List<?>) client.call("a", "echo", large);
    assertEquals(5, ((byte[]) back.get(0))[77]);
  }
}

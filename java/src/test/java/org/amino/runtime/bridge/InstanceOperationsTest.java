package org.amino.runtime.bridge;

import static org.amino.runtime.testing.LaneClient.failure;
import static org.amino.runtime.testing.LaneClient.result;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.testing.CounterGuests;
import org.amino.runtime.testing.Host;
import org.amino.runtime.testing.LaneClient;
import org.amino.runtime.wire.Protocol;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The life of instances, over the bridge connection: held, moved, destroyed, and several of one object. */
@Timeout(60)
class InstanceOperationsTest {
  private final LinkedBlockingQueue<List<?>> logged = new LinkedBlockingQueue<>();
  private Host host;
  private LaneClient python;
  private LaneClient client;

  @BeforeEach
  void start() throws Exception {
    host = new Host(new CounterGuests(), (target, method, args, options) -> {
      if (method.equals("log")) {
        logged.add(args);
      }
      return "python: " + target;
    });
    python = host.python();
    host.load("h", 1);
    host.create("a", "h");
    client = host.client("c1");
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    host.close();
  }

  @Test
  void nothingReachesAnObjectThatIsRestoredHeldUntilItIsResumed() throws Exception {
    Map<?, ?> state = (Map<?, ?>) python.call("", "snapshot", "a", Map.of());
    CompletableFuture<Object> busy = client.send("a", "block", "g");
    assertTrue(host.guests().reached("g").await(20, TimeUnit.SECONDS));
    CompletableFuture<Object> restored = python.send("", "restore", "b", 2, "h", state, Map.of("held", true));
    python.settle();
    // The context is busy, so this call waits behind the restore and would run the moment that is done.
    CompletableFuture<Object> early = client.send("b", "incr", 1);
    client.settle();
    host.guests().gate("g").countDown();
    assertEquals("done", result(busy));
    assertNull(result(restored));
    CompletableFuture<Object> late = client.send("b", "incr", 1);
    CompletableFuture<Object> called = client.send("a", "call", "b", "incr", 1);
    client.settle();
    assertEquals(0L, ((Map<?, ?>) python.call("", "snapshot", "b", Map.of())).get("data"), "no call has run");
    assertFalse(early.isDone() || late.isDone() || called.isDone());
    python.call("", "resume", "b");
    assertEquals(Set.of(1L, 2L, 3L), Set.of(result(early), result(late), result(called)));
    assertEquals(4L, client.call("b", "incr", 1), "it is open now");
  }

  @Test
  void aHeldObjectThatGoesAwayAgainTellsWhoWaits() throws Exception {
    Map<?, ?> state = (Map<?, ?>) python.call("", "snapshot", "a", Map.of());
    python.call("", "restore", "b", 2, "h", state, Map.of("held", true));
    CompletableFuture<Object> waiting = client.send("b", "incr", 1);
    client.settle();
    assertFalse(waiting.isDone());
    python.call("", "release", "b", Map.of("kernel", "k1"));
    assertEquals("MOVED", failure(waiting).code);
    assertEquals(Map.of("kernel", "k1"), failure(waiting).details);
  }

  @Test
  void messagesNameAnObjectThatHasAName() throws Exception {
    python.call("", "create", "n1", 1, "h", List.of(), Map.of(), Map.of("name", "till"));
    assertEquals("object till (n1) (Counter) has no member incro", failure(client.send("n1", "incro")).getMessage());
    python.call("", "fence", List.of("n1"));
    assertTrue(failure(client.send("n1", "incr", 1)).getMessage().startsWith("object till (n1) is fenced here"));
    python.call("", "resume", "n1");
    CompletableFuture<Object> again = python.send("", "create", "n1", 1, "h", List.of(), Map.of(), Map.of());
    assertTrue(failure(again).getMessage().startsWith("object till (n1) is on this kernel already"), failure(again).getMessage());
    assertEquals("object a (Counter) has no member incro", failure(client.send("a", "incro")).getMessage());
  }

  @Test
  void aGuestsCallFollowsTheObjectThatLeavesWhileItWaits() throws Exception {
    host.create("b", "h");
    for (String member : List.of("call", "callAsync")) {
      Map<?, ?> state = (Map<?, ?>) python.call("", "snapshot", "b", Map.of());
      python.call("", "hold", "b");
      CompletableFuture<Object> nested = client.send("a", member, "b", "incr", 1);
      client.settle();
      assertFalse(nested.isDone());
      python.call("", "release", "b", Map.of("kernel", "k2"));
      assertEquals("python: b", result(nested), "the Python half sends it on");
      python.call("", "restore", "b", 2, "h", state, Map.of());
    }
    assertEquals(0L, client.call("b", "get"), "nothing has run here");
  }

  @Test
  void aMoveKeepsTheStateAndTellsWhoWaits() throws Exception {
    client.call("a", "incr", 41);
    assertNull(python.call("", "hold", "a"));
    CompletableFuture<Object> held = client.send("a", "incr", 1);
    client.settle();
    Map<?, ?> state = (Map<?, ?>) python.call("", "snapshot", "a", Map.of());
    assertEquals(41L, state.get("data"));
    assertFalse(held.isDone());
    python.call("", "release", "a", Map.of("kernel", "k2", "epoch", 2));
    GuestFailure moved = failure(held);
    assertEquals("MOVED", moved.code);
    assertEquals(Map.of("kernel", "k2", "epoch", 2L), moved.details);
    assertEquals("OBJECT_NOT_FOUND", python.failing("a", "get").code);
    assertEquals("python: a", client.call("a", "get"));
    python.call("", "restore", "a", 2, "h", state, Map.of());
    assertEquals(42L, client.call("a", "incr", 1));
  }

  @Test
  void holdWaitsForTheRunningCallAndResumeLetsTheOthersRun() throws Exception {
    CompletableFuture<Object> running = client.send("a", "block", "g");
    assertTrue(host.guests().reached("g").await(20, TimeUnit.SECONDS));
    CompletableFuture<Object> hold = python.send("", "hold", "a");
    python.settle();
    assertFalse(hold.isDone());
    host.guests().gate("g").countDown();
    assertEquals("done", result(running));
    assertNull(result(hold));
    CompletableFuture<Object> first = client.send("a", "record", 1);
    CompletableFuture<Object> second = client.send("a", "record", 2);
    client.settle();
    python.call("", "sync", "a", Map.of("data", 7L));
    assertFalse(first.isDone());
    python.call("", "resume", "a");
    assertEquals(1L, result(first));
    assertEquals(2L, result(second));
    assertEquals(7L, client.call("a", "get"));
  }

  @Test
  void severalInstancesOfOneObjectLiveSideBySide() throws Exception {
    host.load("pair", 2);
    for (String id : List.of("x", "x/1", "x/0.2")) {
      host.create(id, "pair");
    }
    python.call("x", "incr", 1);
    assertEquals(10L, client.call("x/1", "incr", 10));
    assertEquals(100L, client.call("x/0.2", "incr", 100));
    for (String id : List.of("x", "x/1", "x/0.2")) {
      assertEquals(List.of("x", "x"), client.call(id, "self"), "to the guest, each is the object");
      assertEquals("x", client.call(id, "log", "line"));
      assertEquals(List.of("x", "info", "line"), logged.take(), "the object's output");
    }
    python.call("", "hold", "x/1");
    CompletableFuture<Object> held = client.send("x/1", "get");
    assertEquals(2L, client.call("x", "incr", 1));
    python.call("", "sync", "x/1", python.call("", "snapshot", "x", Map.of()));
    assertFalse(held.isDone());
    python.call("", "epoch", "x/1", 7);
    python.call("", "resume", "x/1");
    assertEquals(2L, result(held));
    Map<Integer, Object> later = Map.of(0, Map.of(Protocol.Option.EPOCH, 7));
    assertEquals(2L, result(client.send(0, later, LaneClient.to("x/1", "get")).get(0)));
    assertEquals("MOVED", failure(client.send(0, later, LaneClient.to("x", "get")).get(0)).code, "an epoch is one instance's");
    python.call("", "manage", "x/0.2", true);
    assertEquals("python: x/0.2", client.call("x/0.2", "get"));
    python.call("", "fence", List.of("x"));
    assertEquals("MOVED", client.failing("x", "get").code);
    assertEquals(2L, client.call("x/1", "get"));
    python.call("", "destroy", "x");
    assertEquals("OBJECT_NOT_FOUND", python.failing("x", "get").code);
    assertEquals(100L, python.call("x/0.2", "get"));
    assertEquals("ARGUMENT_INVALID", python.failing("", "create", "x/1", 1, "pair", List.of(), Map.of(), Map.of()).code);
  }

  @Test
  void destroyAnswersWhoWaits() throws Exception {
    python.call("", "hold", "a");
    CompletableFuture<Object> held = client.send("a", "incr", 1);
    client.settle();
    python.call("", "destroy", "a");
    assertEquals("OBJECT_NOT_FOUND", failure(held).code);
  }
}

package org.amino.runtime.lane;

import static org.amino.runtime.testing.LaneClient.failure;
import static org.amino.runtime.testing.LaneClient.result;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
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

/** Objects that call objects: in one context, across contexts, through the Python half, in circles. */
@Timeout(60)
class GuestCallsTest {
  private record Request(String target, String method, List<?> args, Map<?, ?> options) {}

  private final LinkedBlockingQueue<Request> requests = new LinkedBlockingQueue<>();
  private final CountDownLatch remoteGate = new CountDownLatch(1);
  private Host host;
  private LaneClient client;

  @BeforeEach
  void start() throws Exception {
    host = new Host(new CounterGuests(), this::python);
    host.load("one", 1);
    host.load("two", 1);
    host.create("a", "one");
    host.create("neighbour", "one");
    host.create("b", "two");
    client = host.client("c1");
  }

  /** The Python half: `remote` objects live elsewhere; what comes back to this kernel comes over its own connection. */
  private Object python(String target, String method, List<?> args, Map<?, ?> options) throws GuestFailure {
    requests.add(new Request(target, method, args, options));
    try {
      return switch (method) {
        case "double" -> 2 * (Long) args.get(0);
        case "wait" -> remoteGate.await(20, TimeUnit.SECONDS);
        case "back" -> result(host.python().send(0, Map.of(0, Map.of(Protocol.Option.CHAIN, options.get((long) Protocol.Option.CHAIN))),
            LaneClient.to((String) args.get(0), "incr", 1)).get(0));
        case "get" -> "reference to " + args.get(0);
        case "log" -> null;
        default -> throw GuestFailure.of("OBJECT_NOT_FOUND", target);
      };
    } catch (GuestFailure failure) {
      throw failure;
    } catch (Exception e) {
      throw GuestFailure.of("INTERNAL", e.toString());
    }
  }

  @AfterEach
  void stop() throws Exception {
    remoteGate.countDown();
    client.close();
    host.close();
  }

  @Test
  void aGuestCallsAnotherContext() throws Exception {
    assertEquals(7L, client.call("a", "call", "b", "incr", 7));
    assertEquals(7L, client.call("b", "get"));
  }

  @Test
  void aReferenceToTheKernelIsDataThatNobodyMayCall() throws Exception {
    for (String target : List.of("@kernel", "@other", "")) {
      for (String method : List.of("get", "lost", "stuck", "log")) {
        assertEquals("PERMISSION_DENIED", client.failing("a", "call", target, method, List.of("a")).code);
        assertEquals("PERMISSION_DENIED", failure(client.send("a", "callAsync", target, method, List.of("a"))).code);
      }
    }
    assertEquals(0, requests.size());
    assertEquals("reference to printer", client.call("a", "fetch", "printer"));
    assertEquals("@kernel", requests.take().target());
  }

  @Test
  void whatAGuestPrintsIsForThePythonHalfItself() throws Exception {
    client.call("a", "log", "hello");
    Request log = requests.poll(20, TimeUnit.SECONDS);
    assertEquals("", log.target());
    assertEquals(List.of("a", "info", "hello"), log.args());
  }

  @Test
  void aGuestCallsItsNeighbourAndItself() throws Exception {
    assertEquals(3L, client.call("a", "call", "neighbour", "incr", 3));
    assertEquals(4L, client.call("a", "call", "a", "incr", 4));
  }

  @Test
  void aChainMayComeBackToTheObjectItBeganIn() throws Exception {
    assertEquals(5L, client.call("a", "call", "b", "call", "a", "incr", 5));
  }

  @Test
  void aFailureOfTheCalleePassesTheCallerUnchanged() throws Exception {
    GuestFailure failure = client.failing("a", "call", "b", "fail", "deep");
    assertEquals("GUEST_EXCEPTION", failure.code);
    assertEquals("deep", failure.getMessage());
    assertEquals("at fail", failure.stack);
  }

  @Test
  void endlessRecursionIsRefused() throws Exception {
    Object[] args = new Object[2 * 100];
    for (int i = 0; i < args.length; i += 2) {
      args[i] = i % 4 == 0 ? "b" : "a";
      args[i + 1] = "call";
    }
    GuestFailure failure = client.failing("a", "call", args);
    assertEquals("DEADLOCK", failure.code);
    assertTrue(failure.getMessage().contains("too deep"), failure.getMessage());
  }

  @Test
  void aCallToABusyObjectWaitsForItsTurn() throws Exception {
    CompletableFuture<Object> blocked = client.send("b", "block", "g");
    assertTrue(host.guests().reached("g").await(20, TimeUnit.SECONDS));
    CompletableFuture<Object> through = client.send("a", "call", "b", "incr", 2);
    client.settle();
    CompletableFuture<Object> behind = client.send("a", "incr", 1);
    client.settle();
    assertFalse(through.isDone());
    host.guests().gate("g").countDown();
    assertEquals("done", result(blocked));
    assertEquals(2L, result(through));
    assertEquals(1L, result(behind));
  }

  @Test
  void aRemoteObjectIsCalledThroughThePythonHalf() throws Exception {
    assertEquals(42L, client.call("a", "call", "remote", "double", 21));
    Request request = requests.take();
    assertEquals("remote", request.target());
    List<?> chain = (List<?>) request.options().get((long) Protocol.Option.CHAIN);
    assertTrue(((String) chain.get(0)).matches("c1/[0-9a-z]+/0/0"));
    assertEquals("a.call", chain.get(1));
    assertTrue(request.options().get((long) Protocol.Option.REQUEST_ID) instanceof String);
  }

  @Test
  void aCallOfThatChainThatComesBackRunsNestedAndAnotherWaits() throws Exception {
    assertEquals(1L, client.call("a", "call", "remote", "back", "a"));
    CompletableFuture<Object> waiting = client.send("a", "call", "remote", "wait");
    assertEquals("back", requests.take().method());
    assertEquals("wait", requests.take().method());
    CompletableFuture<Object> other = client.send("a", "incr", 1);
    client.settle();
    assertEquals(1L, client.call("b", "incr", 1));
    assertFalse(other.isDone());
    remoteGate.countDown();
    assertEquals(true, result(waiting));
    assertEquals(2L, result(other));
  }

  @Test
  void anOperationOnANeighbourRunsWhileTheContextWaits() throws Exception {
    CompletableFuture<Object> waiting = client.send("a", "call", "remote", "wait");
    assertEquals("wait", requests.take().method());
    host.create("made", "one");
    Map<?, ?> state = (Map<?, ?>) host.python().call("", "snapshot", "made", Map.of());
    assertEquals(0L, state.get("data"));
    remoteGate.countDown();
    assertEquals(true, result(waiting));
    assertEquals(1L, client.call("made", "incr", 1));
  }

  @Test
  void theDeadlineOfACallEndsItsWait() throws Exception {
    // Long enough for the wait to begin on a busy machine.
    CompletableFuture<Object> waiting = client.send(3_000, null, LaneClient.to("a", "call", "remote", "wait")).get(0);
    assertEquals("wait", requests.take().method());
    assertEquals("DEADLINE_EXCEEDED", failure(waiting).code);
    assertEquals(1L, client.call("a", "incr", 1));
  }

  @Test
  void aCancelEndsAWait() throws Exception {
    CompletableFuture<Object> waiting = client.send("a", "call", "remote", "wait");
    assertEquals("wait", requests.take().method());
    client.cancel(client.lastSeq());
    assertEquals("CANCELLED", failure(waiting).code);
    assertEquals(1L, client.call("a", "incr", 1));
  }

  @Test
  void anAsyncCallFreesTheContextMeanwhile() throws Exception {
    CompletableFuture<Object> promised = client.send("a", "callAsync", "remote", "wait");
    assertEquals("wait", requests.take().method());
    assertEquals(1L, client.call("neighbour", "incr", 1));
    CompletableFuture<Object> behind = client.send("a", "incr", 1);
    client.settle();
    assertFalse(behind.isDone());
    remoteGate.countDown();
    assertEquals(true, result(promised));
    assertEquals(1L, result(behind));
  }

  @Test
  void anAsyncCallToANeighbourInTheSameContext() throws Exception {
    assertEquals(3L, client.call("a", "callAsync", "neighbour", "incr", 3));
    assertEquals("GUEST_EXCEPTION", client.failing("a", "callAsync", "neighbour", "fail", "x").code);
  }

  @Test
  void aPromiseThatAnotherContextWaitsForSettles() throws Exception {
    CompletableFuture<Object> waiting = client.send("a", "call", "b", "promise", "p");
    assertTrue(host.guests().reached("p").await(20, TimeUnit.SECONDS));
    host.guests().gate("p").countDown();
    assertEquals("settled p", result(waiting));
  }

  @Test
  void waitingInAContextForItsOwnPromiseIsRefused() throws Exception {
    assertEquals("DEADLOCK", client.failing("a", "call", "neighbour", "promise", "q").code);
  }

  @Test
  void namesAndOutputGoToThePythonHalf() throws Exception {
    assertEquals("reference to printer", client.call("a", "fetch", "printer"));
    assertEquals("get", requests.take().method());
    assertEquals("a", client.call("a", "log", "hello"));
    Request log = requests.poll(20, TimeUnit.SECONDS);
    assertEquals(List.of("a", "info", "hello"), log.args());
  }

  /** The flag of an interruption closes a socket that is written to. */
  @Test
  void anInterruptionThatMeetsAGuestWhilePrintingClosesNothing() throws Exception {
    assertEquals(true, client.call("a", "logInterrupted", "hello"));
    Request log = requests.poll(20, TimeUnit.SECONDS);
    assertEquals(List.of("a", "info", "hello"), log.args());
    assertEquals("reference to printer", client.call("a", "fetch", "printer"));
  }
}

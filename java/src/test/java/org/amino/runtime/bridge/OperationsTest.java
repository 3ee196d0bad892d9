package org.amino.runtime.bridge;

import static org.amino.runtime.testing.LaneClient.failure;
import static org.amino.runtime.testing.LaneClient.result;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Map;
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

/** The operations of docs/bridge.md, section 2, over the bridge connection; see also {@link InstanceOperationsTest}. */
@Timeout(60)
class OperationsTest {
  private record Forwarded(String target, String method, Map<?, ?> options) {}

  private final LinkedBlockingQueue<Forwarded> forwarded = new LinkedBlockingQueue<>();
  private Host host;
  private LaneClient python;
  private LaneClient client;

  @BeforeEach
  void start() throws Exception {
    host = new Host(new CounterGuests(), (target, method, args, options) -> {
      forwarded.add(new Forwarded(target, method, options));
      if (target.equals("missing")) {
        throw new GuestFailure("MOVED", "AminoError", "elsewhere", "", Map.of("kernel", "k2"), null);
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
  void loadTellsTheInterface() throws Exception {
    Map<?, ?> found = (Map<?, ?>) python.call("", "load", "h2", "js", "/", "counter", Map.of());
    assertEquals("Counter", found.get("class"));
    assertEquals("Counts.", found.get("doc"));
    Map<?, ?> member = (Map<?, ?>) ((List<?>) found.get("members")).get(0);
    assertEquals(Map.of("name", "incr", "arity", 1L, "required", 1L, "doc", "Adds n.", "read_only", false, "parameters", List.of("n"), "property", false),
        member);
    assertEquals(found, python.call("", "interface", "a"));
    assertEquals("ARTIFACT_INVALID", python.failing("", "load", "h3", "js", "/", "broken", Map.of()).code);
    assertEquals("ARTIFACT_NOT_FOUND", python.failing("", "create", "z", 1, "h3", List.of(), Map.of(), Map.of()).code);
    assertEquals("LANGUAGE_UNKNOWN", python.failing("", "load", "h3", "cobol", "/", "counter", Map.of()).code);
  }

  @Test
  void whatIsWrongWithAnOperationIsToldToItsCaller() throws Exception {
    assertEquals("MEMBER_NOT_FOUND", python.failing("", "dance").code);
    assertEquals("ARGUMENT_INVALID", python.failing("", "create", 7).code);
    assertEquals("ARGUMENT_INVALID", python.failing("", "create", "a", 1, "h", List.of(), Map.of(), Map.of()).code);
    assertEquals("OBJECT_NOT_FOUND", python.failing("", "hold", "nobody").code);
    assertEquals("ARTIFACT_NOT_FOUND", python.failing("", "unload", "nothing").code);
    assertEquals("PERMISSION_DENIED", client.failing("", "stats").code);
  }

  @Test
  void callsSentRightAfterCreateFindTheObject() throws Exception {
    CompletableFuture<Object> made = python.send("", "create", "slow", 1, "h", List.of("g"), Map.of(), Map.of());
    assertTrue(host.guests().reached("g").await(20, TimeUnit.SECONDS));
    CompletableFuture<Object> call = python.send("slow", "incr", 1);
    assertFalse(call.isDone());
    host.guests().gate("g").countDown();
    assertNull(result(made));
    assertEquals(1L, result(call));
  }

  @Test
  void aConstructorThatFailsLeavesNothing() throws Exception {
    CompletableFuture<Object> made = python.send("", "create", "bad", 1, "h", List.of("fail"), Map.of(), Map.of());
    CompletableFuture<Object> call = python.send("bad", "incr", 1);
    assertEquals("constructor failed", failure(made).getMessage());
    assertEquals("OBJECT_NOT_FOUND", failure(call).code);
    host.create("bad", "h");
    assertEquals(1L, python.call("bad", "incr", 1));
  }

  @Test
  void callsToManagedAndUnknownObjectsGoToPythonAsTheyAre() throws Exception {
    python.call("", "manage", "a", true);
    assertEquals("python: a", client.call("a", "incr", 1));
    Forwarded call = forwarded.take();
    assertEquals("incr", call.method());
    assertTrue(((String) call.options().get((long) Protocol.Option.REQUEST_ID)).matches("c1/[0-9a-z]+/" + client.lastSeq() + "/0"));
    assertEquals("c1", call.options().get((long) Protocol.Option.CLIENT));
    Map<Integer, Object> options = Map.of(0, Map.of(Protocol.Option.REQUEST_ID, "mine", Protocol.Option.READ_ONLY, true));
    assertEquals("python: far", result(client.send(0, options, LaneClient.to("far", "get")).get(0)));
    assertEquals(Map.of(3L, "mine", 4L, true, 11L, "c1"), forwarded.take().options());
    GuestFailure moved = client.failing("missing", "get");
    assertEquals("MOVED", moved.code);
    assertEquals(Map.of("kernel", "k2"), moved.details);
    assertEquals(1L, python.call("a", "incr", 1), "the Python half itself reaches the object");
    python.call("", "manage", "a", false);
    assertEquals(2L, client.call("a", "incr", 1));
  }

  @Test
  void anObjectWithProxiesOnlyTakesTheCallsOfClientsThatRanThem() throws Exception {
    python.call("", "manage", "a", true, true);
    assertEquals("python: a", client.call("a", "incr", 1), "its proxies have not run");
    assertEquals(1L, result(client.send(0, Map.of(0, Map.of(Protocol.Option.FLAGS, 2)), LaneClient.to("a", "incr", 1)).get(0)));
    python.call("", "manage", "a", true, false);
    assertEquals("python: a", result(client.send(0, Map.of(0, Map.of(Protocol.Option.FLAGS, 2)), LaneClient.to("a", "incr", 1)).get(0)));
    assertEquals(1L, python.call("a", "get"), "instance managers see every call");
  }

  @Test
  void aFencedObjectAnswersMovedUntilResumed() throws Exception {
    python.call("", "fence", List.of("a"));
    assertEquals("MOVED", client.failing("a", "incr", 1).code);
    python.call("", "resume", "a");
    assertEquals(1L, client.call("a", "incr", 1));
    python.call("", "fence", (Object) null);
    assertEquals("MOVED", client.failing("a", "incr", 1).code);
  }

  @Test
  void aCallerThatKnowsALaterEpochIsSentElsewhere() throws Exception {
    Map<Integer, Object> later = Map.of(0, Map.of(Protocol.Option.EPOCH, 5));
    assertEquals("MOVED", failure(client.send(0, later, LaneClient.to("a", "incr", 1)).get(0)).code);
    python.call("", "epoch", "a", 5);
    assertEquals(1L, result(client.send(0, later, LaneClient.to("a", "incr", 1)).get(0)));
  }

  private long contextsOf(String artifact) {
    try {
      return (long) ((Map<?, ?>) ((Map<?, ?>) python.call("", "stats")).get("contexts")).get(artifact);
    } catch (Exception error) {
      throw new AssertionError(error);
    }
  }

  @Test
  void objectsOfAnArtifactAreSpreadOverItsContexts() throws Exception {
    int before = host.guests().opened();
    host.load("pool", 2);
    for (int i = 0; i < 6; i++) {
      host.create("p" + i, "pool");
    }
    assertEquals(2, host.guests().opened() - before);
    host.create("alone", "pool", Map.of("own_context", true));
    assertEquals(3, host.guests().opened() - before);
    Map<?, ?> stats = (Map<?, ?>) python.call("", "stats");
    assertEquals(3L, ((Map<?, ?>) stats.get("contexts")).get("pool"));
    assertEquals(8L, stats.get("objects"));
    python.call("", "destroy", "alone");
    // Its context closes after the answer.
    UnloadTest.until(() -> contextsOf("pool") == 2, "the context of its own stays open");
    assertEquals("ARGUMENT_INVALID", python.failing("", "unload", "pool").code);
    for (int i = 0; i < 6; i++) {
      python.call("", "destroy", "p" + i);
    }
    assertNull(python.call("", "unload", "pool"));
    assertEquals("ARTIFACT_NOT_FOUND", python.failing("", "create", "z", 1, "pool", List.of(), Map.of(), Map.of()).code);
  }

  @Test
  void webAssemblyObjectsHaveAContextEach() throws Exception {
    int before = host.guests().opened();
    python.call("", "load", "w", "wasm", "/", "counter", Map.of());
    assertEquals(1, host.guests().opened() - before, "the first object takes the context that it was evaluated in");
    host.create("w1", "w");
    host.create("w2", "w");
    assertEquals(2, host.guests().opened() - before);
    CompletableFuture<Object> blocked = client.send("w1", "block", "g");
    assertEquals(1L, client.call("w2", "incr", 1));
    host.guests().gate("g").countDown();
    assertEquals("done", result(blocked));
  }

  @Test
  void itListensOnTcpWithATokenOfItsOwn() throws Exception {
    List<?> address = (List<?>) python.call("", "listen", "tcp", "127.0.0.1", 0, "door");
    InetSocketAddress where = new InetSocketAddress((String) address.get(0), ((Long) address.get(1)).intValue());
    try (LaneClient far = LaneClient.over(SocketChannel.open(where)).greet("far", "door", "client")) {
      assertEquals("k1", far.hello().get("kernel"));
      assertEquals(1L, far.call("a", "incr", 1));
    }
    try (LaneClient wrong = LaneClient.over(SocketChannel.open(where))) {
      wrong.frame(List.of(Protocol.HELLO, Map.of("v", Protocol.VERSION, "client", "x", "token", "guess", "role", "client")));
      assertEquals("PERMISSION_DENIED", wrong.goodbye().code);
      assertTrue(wrong.awaitClosed());
    }
    assertEquals("PORT_TAKEN", python.failing("", "listen", "tcp", "127.0.0.1", address.get(1), null).code);
  }

  @Test
  void callsFailWhileThePythonHalfIsAway() throws Exception {
    python.close();
    assertTrue(python.awaitClosed());
    GuestFailure failure = client.failing("far", "get");
    assertEquals("KERNEL_UNAVAILABLE", failure.code);
    assertEquals(1L, client.call("a", "incr", 1));
    try (LaneClient again = LaneClient.connect(host.socket(), (t, m, args, options) -> "back").greet("python", Host.TOKEN, "kernel")) {
      assertEquals("back", client.call("far", "get"));
      assertEquals(2L, again.call("a", "incr", 1));
    }
  }

  @Test
  void shutdownEndsEveryConnection() throws Exception {
    python.send("", "shutdown");
    assertTrue(client.awaitClosed());
    assertTrue(python.awaitClosed());
  }
}

package org.amino.runtime.bridge;

import static org.amino.runtime.testing.LaneClient.failure;
import static org.amino.runtime.testing.LaneClient.result;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.testing.CounterGuests;
import org.amino.runtime.testing.Host;
import org.amino.runtime.testing.LaneClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of artifacts and contexts that nobody needs any more. */
@Timeout(120)
class UnloadTest {
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  private final CounterGuests guests = new CounterGuests(false);
  private Host host;
  private LaneClient python;
  private LaneClient client;

  @BeforeEach
  void start() throws Exception {
    host = new Host(guests, (target, method, args, options) -> null);
    python = host.python();
    client = host.client("c1");
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    host.close();
  }

  static void until(BooleanSupplier condition, String what) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, what);
      System.gc();
      TimeUnit.MILLISECONDS.sleep(2);
    }
  }

  private Map<?, ?> contexts() throws Exception {
    return (Map<?, ?>) ((Map<?, ?>) python.call("", "stats")).get("contexts");
  }

  @Test
  void itIsRefusedWhileAnInstanceLivesOrIsBeingMade() throws Exception {
    host.load("h", 2);
    host.create("a", "h");
    host.create("b", "h", Map.of("own_context", true));
    CompletableFuture<Object> making = python.send("", "create", "c", 1, "h", List.of("g"), Map.of(), Map.of());
    assertTrue(guests.reached("g").await(20, TimeUnit.SECONDS));
    GuestFailure refused = python.failing("", "unload", "h");
    assertEquals("ARGUMENT_INVALID", refused.code);
    assertTrue(refused.getMessage().contains("3 instances"), refused.getMessage());
    guests.gate("g").countDown();
    assertNull(result(making));
    for (String id : List.of("a", "b", "c")) {
      assertEquals("ARGUMENT_INVALID", python.failing("", "unload", "h").code);
      assertEquals(1L, client.call(id, "incr", 1), "a refusal changes nothing");
      python.call("", "destroy", id);
    }
    assertNull(python.call("", "unload", "h"));
    assertFalse(contexts().containsKey("h"));
    until(() -> guests.open() == 0, "a context stays open");
    assertEquals("ARTIFACT_NOT_FOUND", python.failing("", "unload", "h").code);
    assertEquals("ARTIFACT_NOT_FOUND", python.failing("", "create", "d", 1, "h", List.of(), Map.of(), Map.of()).code);
  }

  @Test
  void itIsRefusedWhileTheArtifactIsBeingEvaluated() throws Exception {
    CompletableFuture<Object> loading = python.send("", "load", "h", "js", "/", "slow g", Map.of());
    assertTrue(guests.reached("g").await(20, TimeUnit.SECONDS));
    assertEquals("ARGUMENT_INVALID", python.failing("", "unload", "h").code);
    guests.gate("g").countDown();
    assertEquals("Counter", ((Map<?, ?>) result(loading)).get("class"));
    assertNull(python.call("", "unload", "h"));
    assertEquals(0, guests.open());
  }

  @Test
  void whatWasUnloadedCanBeLoadedAgainUnderTheSameKey() throws Exception {
    for (int round = 0; round < 3; round++) {
      for (String language : List.of("js", "python", "wasm")) {
        python.call("", "load", "h", language, "/", "counter", Map.of());
        host.create("a", "h");
        assertEquals(1L, client.call("a", "incr", 1));
        python.call("", "release", "a", Map.of());
        python.call("", "unload", "h");
        until(() -> guests.open() == 0, "a context of " + language + " stays open");
      }
    }
  }

  @Test
  void anInstanceThatCouldNotBeMadeOrWasDestroyedWhileItWasBeingMadeIsNoUse() throws Exception {
    host.load("h", 1);
    assertEquals("GUEST_EXCEPTION", python.failing("", "create", "a", 1, "h", List.of("fail"), Map.of(), Map.of()).code);
    host.create("b", "h");
    assertEquals("ARGUMENT_INVALID", python.failing("", "create", "b", 1, "h", List.of(), Map.of(), Map.of()).code);
    CompletableFuture<Object> failing = python.send("", "create", "c", 1, "h", List.of("fail"), Map.of(), Map.of());
    CompletableFuture<Object> destroyed = python.send("", "destroy", "c");
    assertEquals("GUEST_EXCEPTION", failure(failing).code);
    assertTrue(destroyed.handle((value, thrown) -> true).get(20, TimeUnit.SECONDS));
    python.call("", "destroy", "b");
    assertNull(python.call("", "unload", "h"));
    assertEquals(0, guests.open());
  }

  @Test
  void nothingOfAnUnloadedArtifactIsRemembered() throws Exception {
    for (int version = 0; version < 20; version++) {
      String hash = "v" + version;
      host.load(hash, 2);
      for (String id : List.of("a", "b", "c")) {
        host.create(id, hash, Map.of("own_context", id.equals("c")));
        // The connections remember the members that they have called.
        client.call(id, "incr", 1);
        python.call(id, "get");
        client.call(id, "call", "a", "incr", 1);
        python.call("", "destroy", id);
        host.create(id, hash);
      }
      for (String id : List.of("a", "b", "c")) {
        python.call("", "destroy", id);
      }
      python.call("", "unload", hash);
    }
    assertEquals(Map.of(), contexts());
    until(() -> guests.open() == 0, "a context stays open");
    until(() -> guests.known() == 0, "a closed context cannot be collected");
  }

  @Test
  void aContextThatWasClosedByForceIsNoUseAndIsForgotten() throws Exception {
    host.load("h", 1);
    host.create("a", "h");
    host.create("b", "h");
    assertEquals(1L, client.call("b", "incr", 1));
    CompletableFuture<Object> loop = client.send("a", "loop", "l");
    long frame = client.lastSeq();
    assertTrue(guests.reached("l").await(20, TimeUnit.SECONDS));
    client.cancel(frame);
    assertEquals("CANCELLED", failure(loop).code);
    until(() -> guests.open() == 0, "the context stays open");
    assertEquals("OBJECT_LOST", python.failing("b", "incr", 1).code, "the reason is told until the instance is destroyed");
    until(() -> guests.known() == 0, "a context that was closed by force cannot be collected");
    python.call("", "destroy", "a");
    python.call("", "release", "b", Map.of());
    assertEquals(0L, ((Map<?, ?>) python.call("", "stats")).get("objects"));
    assertNull(python.call("", "unload", "h"));
  }

  @Test
  void anEvaluationThatNobodyWaitsForAnyMoreLeavesNothing() throws Exception {
    // Given up while the context is being opened, which nothing can end.
    List<Object> load = LaneClient.to("", "load", "h", "js", "/", "slow g", Map.of());
    CompletableFuture<Object> loading = python.send(50, null, load).get(0);
    assertTrue(guests.reached("g").await(20, TimeUnit.SECONDS));
    assertEquals("DEADLINE_EXCEEDED", failure(loading).code);
    guests.gate("g").countDown();
    until(() -> guests.opened() == 1 && guests.open() == 0, "the context that came too late stays open");
    until(() -> guests.known() == 0, "the context that came too late cannot be collected");
    python.call("", "load", "h", "js", "/", "counter", Map.of());
    host.create("a", "h");
    assertEquals(1L, client.call("a", "incr", 1));
  }
}

package org.amino.runtime.lane;

import static org.amino.runtime.testing.LaneClient.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.amino.runtime.testing.CounterGuests;
import org.amino.runtime.testing.Host;
import org.amino.runtime.testing.LaneClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Code that cannot be interrupted: its context is given up, and the rest goes on. */
@Timeout(60)
class EscalationTest {
  private record Told(String method, List<?> args) {}

  @Test
  void aContextThatCannotBeInterruptedIsLostAndReplaced() throws Exception {
    LinkedBlockingQueue<Told> told = new LinkedBlockingQueue<>();
    CounterGuests guests = new CounterGuests(false);
    try (Host host = new Host(guests, (target, method, args, options) -> {
      told.add(new Told(method, args));
      return null;
    });
        LaneClient client = host.client("c1")) {
      host.load("h", 1);
      host.create("a", "h");
      host.create("b", "h");
      host.create("b/1", "h");
      CompletableFuture<Object> loop = client.send("a", "loop", "l");
      long first = client.lastSeq();
      assertTrue(guests.reached("l").await(20, TimeUnit.SECONDS));
      CompletableFuture<Object> behind = client.send("b", "incr", 1);
      client.settle();
      client.cancel(first);
      assertEquals("CANCELLED", failure(loop).code);
      assertEquals("OBJECT_LOST", failure(behind).code);
      Told lost = told.poll(20, TimeUnit.SECONDS);
      assertEquals("lost", lost.method());
      assertEquals(List.of("a", "b", "b/1"), ((List<?>) lost.args().get(0)).stream().sorted().toList());
      assertEquals("OBJECT_LOST", host.python().failing("b", "get").code);
      host.python().call("", "restore", "b", 2, "h", Map.of("data", 5L), Map.of());
      assertEquals(6L, client.call("b", "incr", 1));
      assertEquals(0, guests.violations());
    }
  }

  @Test
  void whatGoesOnInAContextThatWasClosedIsToldAndAlsoThatItHasEnded() throws Exception {
    LinkedBlockingQueue<Told> told = new LinkedBlockingQueue<>();
    try (Host host = new Host(new CounterGuests(false), (target, method, args, options) -> {
      told.add(new Told(method, args));
      return null;
    });
        LaneClient client = host.client("c1")) {
      host.load("h", 1);
      host.create("a", "h", Map.of("name", "counter"));
      CompletableFuture<Object> computing = client.send("a", "pause", 7_000L);
      long first = client.lastSeq();
      client.settle();
      client.cancel(first);
      assertEquals("CANCELLED", failure(computing).code);
      for (String method : List.of("lost", "stuck", "unstuck")) {
        Told next = told.poll(30, TimeUnit.SECONDS);
        assertEquals(method, next.method());
        if (!method.equals("lost")) {
          assertEquals(List.of("h", "a", "pause", "counter"), next.args());
        }
      }
    }
  }
}

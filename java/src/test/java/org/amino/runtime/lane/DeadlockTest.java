package org.amino.runtime.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.testing.CounterGuests;
import org.amino.runtime.testing.Host;
import org.amino.runtime.testing.LaneClient;
import org.amino.runtime.wire.Protocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two chains that each hold what the other wants. */
@Timeout(60)
class DeadlockTest {
  private final CyclicBarrier both = new CyclicBarrier(2);
  private Host host;

  /** Sends the call on, when both chains hold their first object: as another kernel would, through which they pass. */
  private Object meet(String target, String method, List<?> args, Map<?, ?> options) throws GuestFailure {
    try {
      both.await(20, TimeUnit.SECONDS);
      Map<Integer, Object> chain = Map.of(0, Map.of(Protocol.Option.CHAIN, options.get((long) Protocol.Option.CHAIN)));
      return LaneClient.result(host.python().send(0, chain, LaneClient.to((String) args.get(0), "incr", 1)).get(0));
    } catch (GuestFailure failure) {
      throw failure;
    } catch (Exception e) {
      throw GuestFailure.of("INTERNAL", e.toString());
    }
  }

  @Test
  void aCircleOfWaitsEndsInAnErrorThatNamesIt() throws Exception {
    host = new Host(new CounterGuests(), this::meet);
    try (LaneClient one = host.client("one"); LaneClient two = host.client("two")) {
      host.load("left", 1);
      host.load("right", 1);
      host.create("x", "left");
      host.create("y", "right");
      CompletableFuture<Object> first = one.send("x", "call", "remote", "meet", "y");
      CompletableFuture<Object> second = two.send("y", "call", "remote", "meet", "x");
      int deadlocks = 0;
      int answers = 0;
      for (CompletableFuture<Object> each : List.of(first, second)) {
        try {
          assertEquals(1L, LaneClient.result(each));
          answers++;
        } catch (GuestFailure failure) {
          assertEquals("DEADLOCK", failure.code);
          assertTrue(failure.getMessage().contains("x.call") && failure.getMessage().contains("y.call"), failure.getMessage());
          deadlocks++;
        }
      }
      assertEquals(1, deadlocks, "one gives way");
      assertEquals(1, answers, "the other goes on");
    } finally {
      host.close();
    }
  }

  @Test
  void waitsAreListedAndCanBeAborted() throws Exception {
    CyclicBarrier never = new CyclicBarrier(2);
    host = new Host(new CounterGuests(), (target, method, args, options) -> {
      try {
        return never.await(20, TimeUnit.SECONDS);
      } catch (Exception e) {
        throw GuestFailure.of("INTERNAL", e.toString());
      }
    });
    try (LaneClient one = host.client("one"); LaneClient two = host.client("two")) {
      host.load("left", 1);
      host.create("x", "left");
      CompletableFuture<Object> holder = one.send("x", "call", "remote", "wait");
      List<?> waits = List.of();
      CompletableFuture<Object> waiting = null;
      long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while (waits.isEmpty() && System.nanoTime() < until) {
        waiting = waiting == null && never.getNumberWaiting() == 1 ? two.send("x", "incr", 1) : waiting;
        waits = (List<?>) host.python().call("", "waits");
      }
      List<?> wait = (List<?>) waits.get(0);
      assertEquals(List.of("x.incr", "x.call"), List.of(wait.get(1), wait.get(3)));
      assertTrue(((String) wait.get(0)).matches("two/[0-9a-z]+/0/0"));
      assertTrue(((String) wait.get(2)).matches("one/[0-9a-z]+/0/0"));
      Object error = List.of("DEADLOCK", "AminoError", "given up from afar", "", Map.of());
      assertEquals(true, host.python().call("", "abort_wait", wait.get(4), error));
      GuestFailure failure = LaneClient.failure(waiting);
      assertEquals("given up from afar", failure.getMessage());
      assertEquals(false, host.python().call("", "abort_wait", 999_999, error));
      never.await(20, TimeUnit.SECONDS);
      LaneClient.result(holder);
    } finally {
      host.close();
    }
  }
}

package org.amino.runtime.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.testing.CounterGuests;
import org.amino.runtime.testing.Host;
import org.amino.runtime.testing.LaneClient;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;

/** Several clients, contexts and kinds of calls at once. Every call is answered once, each object sees each client's calls in order, one at a time. */
@Timeout(120)
class StressTest {
  private static final int CLIENTS = 4;
  private static final int OBJECTS = 6;
  private static final int CONTEXTS = 3;
  private static final int FRAMES = 150;

  /** What one client sent to each object, in order. */
  private record Sent(Map<String, List<Object>> recorded, List<CompletableFuture<Object>> outcomes) {}

  @RepeatedTest(3)
  void nothingIsLostDoubledOrReordered() throws Exception {
    long seed = System.nanoTime();
    System.out.println("StressTest seed " + seed);
    try (Host host = new Host(new CounterGuests(), (target, method, args, options) -> "python")) {
      host.load("h", CONTEXTS);
      for (int i = 0; i < OBJECTS; i++) {
        host.create("o" + i, "h");
      }
      List<LaneClient> clients = new ArrayList<>();
      List<Future<Sent>> work = new ArrayList<>();
      ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
      for (int i = 0; i < CLIENTS; i++) {
        LaneClient client = host.client("c" + i);
        clients.add(client);
        int me = i;
        work.add(threads.submit(() -> send(client, me, new Random(seed + me))));
      }
      List<Sent> sent = new ArrayList<>();
      for (Future<Sent> each : work) {
        sent.add(each.get(60, TimeUnit.SECONDS));
      }
      threads.shutdown();
      for (Sent each : sent) {
        for (CompletableFuture<Object> outcome : each.outcomes()) {
          LaneClient.result(outcome);
        }
      }
      check(clients.get(0), sent);
      for (LaneClient client : clients) {
        assertEquals(0, client.surplus(), "answers to calls that had been answered");
        client.close();
      }
      assertEquals(0, host.guests().violations(), "threads that met in a context");
    }
  }

  private Sent send(LaneClient client, int me, Random random) throws Exception {
    Sent sent = new Sent(new HashMap<>(), new ArrayList<>());
    for (int frame = 0; frame < FRAMES; frame++) {
      List<List<Object>> calls = new ArrayList<>();
      for (int n = 1 + random.nextInt(8); n > 0; n--) {
        calls.add(call(sent, me, frame * 10 + n, random));
      }
      @SuppressWarnings({"unchecked", "rawtypes"})
      List<Object>[] array = calls.toArray(new List[0]);
      sent.outcomes().addAll(client.send(0, null, array));
      if (random.nextInt(4) == 0) {
        waitFor(sent.outcomes().get(sent.outcomes().size() - 1));
      }
    }
    return sent;
  }

  private static void waitFor(CompletableFuture<Object> outcome) throws Exception {
    try {
      LaneClient.result(outcome);
    } catch (GuestFailure failure) {
      throw new AssertionError(failure.code + ": " + failure.getMessage(), failure);
    }
  }

  private List<Object> call(Sent sent, int me, int n, Random random) {
    String target = "o" + random.nextInt(OBJECTS);
    String mark = me + "/" + n;
    switch (random.nextInt(12)) {
      case 0:
        return LaneClient.to("elsewhere", "get");
      case 1:
        return LaneClient.to(target, "pause", random.nextInt(8));
      case 2:
        // From a context to a later one only, so that no circle of waits can arise: object i is in context i modulo their number.
        int from = random.nextInt(CONTEXTS - 1);
        int to = from + 1 + random.nextInt(CONTEXTS - 1 - from);
        return LaneClient.to("o" + (from + CONTEXTS * random.nextInt(OBJECTS / CONTEXTS)), "call", "o" + (to + CONTEXTS * random.nextInt(OBJECTS / CONTEXTS)), "incr", 1);
      case 3:
        return LaneClient.to(target, "callAsync", "elsewhere", "get");
      default:
        sent.recorded().computeIfAbsent(target, key -> new ArrayList<>()).add(mark);
        return LaneClient.to(target, "record", mark);
    }
  }

  private void check(LaneClient client, List<Sent> sent) throws Exception {
    for (int i = 0; i < OBJECTS; i++) {
      String target = "o" + i;
      List<?> seen = (List<?>) client.call(target, "seen");
      int total = 0;
      for (int me = 0; me < CLIENTS; me++) {
        String prefix = me + "/";
        List<Object> mine = new ArrayList<>(seen);
        mine.removeIf(mark -> !((String) mark).startsWith(prefix));
        List<Object> expected = sent.get(me).recorded().getOrDefault(target, List.of());
        assertEquals(expected, mine, "what client " + me + " sent to " + target);
        total += expected.size();
      }
      assertEquals(total, seen.size());
      assertTrue(total > 0);
    }
  }
}

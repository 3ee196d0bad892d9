package org.amino.runtime.bridge;

import static org.amino.runtime.testing.LaneClient.result;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.amino.runtime.testing.CounterGuests;
import org.amino.runtime.testing.Host;
import org.amino.runtime.testing.LaneClient;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.PlainValue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** States that an object's gate captures by itself while answers wait, and sends to the Python half. */
@Timeout(60)
class CapturedTest {
  private static final long NUMBER = 7L;
  private static final List<Object> AWAY = Arrays.asList("OMS_UNAVAILABLE", "AminoError", "the OMS does not answer", "", Map.of(), null);

  private final LinkedBlockingQueue<List<?>> states = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<List<?>> notices = new LinkedBlockingQueue<>();
  /** The answer to states says that they are stored. */
  private volatile boolean storesAtOnce;
  private Host host;
  private LaneClient python;
  private LaneClient client;

  @BeforeEach
  void start() throws Exception {
    host = new Host(new CounterGuests(), (target, method, args, options) -> {
      if (method.equals("captured")) {
        args.forEach(state -> states.add((List<?>) state));
        return storesAtOnce ? args.stream().map(state -> List.of(((List<?>) state).get(0), ((List<?>) state).get(2))).toList() : null;
      } else if (method.equals("withheld")) {
        notices.add(args);
      }
      return null;
    });
    python = host.python();
    host.load("h", 1);
    for (String name : List.of("a", "b")) {
      host.create(name, "h", Map.of("managed", true));
      python.call("", "delegate", name);
      python.call("", "open", name, Map.of("withholds", true, "captures", NUMBER, "alone", true, "free", List.of("get")));
    }
    client = host.client("c1");
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    host.close();
  }

  private CompletableFuture<Object> incr(String name) throws Exception {
    return client.send(name, "incr", 1);
  }

  /** The next state that comes: its mark, and its value. */
  private List<Object> captured(String name) throws Exception {
    List<?> found = states.poll(20, TimeUnit.SECONDS);
    assertNotNull(found, "nothing was captured");
    assertEquals(List.of(name, NUMBER), found.subList(0, 2));
    Map<?, ?> state = (Map<?, ?>) PlainValue.read(new MsgpackReader((byte[]) found.get(3)));
    return List.of(found.get(2), state.get("data"));
  }

  /** All calls that have come so far have run when this returns, and states have been captured that were due before. */
  private void ran() throws Exception {
    client.settle();
    python.call("", "snapshot", "a", Map.of());
    python.call("", "snapshot", "b", Map.of());
  }

  @Test
  void theNextStateIsCapturedWhenTheOneBeforeIsStored() throws Exception {
    CompletableFuture<Object> first = incr("a");
    assertEquals(List.of(1L, 1L), captured("a"));
    CompletableFuture<Object> second = incr("a");
    CompletableFuture<Object> third = incr("a");
    ran();
    assertFalse(first.isDone() || second.isDone() || third.isDone());
    assertTrue(states.isEmpty(), "one state is on its way");
    python.call("", "stored_all", List.of(List.of("a", 1L), List.of("nobody", 9L)));
    assertEquals(1L, result(first));
    assertEquals(List.of(3L, 3L), captured("a"));
    assertFalse(second.isDone() || third.isDone());
    python.call("", "stored_all", List.of(List.of("a", 3L)));
    assertEquals(List.of(2L, 3L), List.of(result(second), result(third)));
    ran();
    assertTrue(states.isEmpty() && notices.isEmpty());
  }

  @Test
  void manyObjectsAreStoredByOneRequest() throws Exception {
    CompletableFuture<Object> one = incr("a");
    assertEquals(List.of(1L, 1L), captured("a"));
    CompletableFuture<Object> other = incr("b");
    assertEquals(List.of(1L, 1L), captured("b"));
    python.call("", "stored_all", List.of(List.of("a", 1L), List.of("b", 1L)));
    assertEquals(List.of(1L, 1L), List.of(result(one), result(other)));
  }

  @Test
  void theAnswerToStatesMaySayThatTheyAreStored() throws Exception {
    storesAtOnce = true;
    for (long round = 1; round <= 20; round++) {
      CompletableFuture<Object> first = incr("a");
      CompletableFuture<Object> second = incr("a");
      CompletableFuture<Object> other = incr("b");
      assertEquals(List.of(2 * round - 1, 2 * round, round), List.of(result(first), result(second), result(other)));
    }
    ran();
    assertTrue(notices.isEmpty());
    assertEquals(0L, ((Map<?, ?>) python.call("", "recall", "a", false, false)).get("withheld"));
  }

  @Test
  void aStateThatThePythonHalfFetchesStandsForTheOneOnItsWay() throws Exception {
    CompletableFuture<Object> first = incr("a");
    assertEquals(List.of(1L, 1L), captured("a"));
    CompletableFuture<Object> second = incr("a");
    client.settle();
    assertEquals(2L, ((List<?>) python.call("", "snapshot", "a", Map.of("marked", true))).get(0));
    python.call("", "stored", "a", 2L, null);
    assertEquals(List.of(1L, 2L), List.of(result(first), result(second)));
    ran();
    assertTrue(states.isEmpty(), "nothing is unsaved");
    incr("a");
    assertEquals(List.of(3L, 3L), captured("a"));
  }

  @Test
  void afterAFailureNothingIsCapturedBeforeItIsOpenedAgain() throws Exception {
    incr("a");
    captured("a");
    python.call("", "stored", "a", 1L, AWAY);
    python.call("", "recall", "a");
    python.call("", "delegate", "a");
    python.call("", "open", "a", Map.of("withholds", true, "captures", NUMBER, "alone", true, "free", List.of("get")));
    assertTrue(states.isEmpty());
    CompletableFuture<Object> later = incr("a");
    assertEquals(List.of(2L, 2L), captured("a"));
    python.call("", "stored_all", List.of(List.of("a", 2L)));
    assertEquals(2L, result(later));
  }

  @Test
  void aLargeStateIsFetchedAndSoAreThoseThatFollow() throws Exception {
    CompletableFuture<Object> first = client.send("a", "incr", -(1 << 17));
    assertEquals(List.of("a", 1L), notices.poll(20, TimeUnit.SECONDS));
    assertEquals(1L, ((List<?>) python.call("", "snapshot", "a", Map.of("marked", true))).get(0));
    python.call("", "stored", "a", 1L, null);
    assertEquals(-(1L << 17), result(first));
    incr("a");
    assertEquals(List.of("a", 2L), notices.poll(20, TimeUnit.SECONDS));
    assertTrue(states.isEmpty());
  }
}

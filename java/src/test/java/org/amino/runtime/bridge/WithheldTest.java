package org.amino.runtime.bridge;

import static org.amino.runtime.testing.LaneClient.failure;
import static org.amino.runtime.testing.LaneClient.result;
import static org.amino.runtime.testing.LaneClient.to;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.testing.CounterGuests;
import org.amino.runtime.testing.Host;
import org.amino.runtime.testing.LaneClient;
import org.amino.runtime.wire.Protocol.Outcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Answers that wait at an object's gate until the Python half has stored the state that their calls have left. */
@Timeout(60)
class WithheldTest {
  private static final String PYTHON = "python";
  private static final List<Object> AWAY = Arrays.asList("OMS_UNAVAILABLE", "AminoError", "the OMS does not answer", "", Map.of(), null);

  private final LinkedBlockingQueue<List<?>> notices = new LinkedBlockingQueue<>();
  private Host host;
  private LaneClient python;
  private LaneClient client;

  @BeforeEach
  void start() throws Exception {
    host = new Host(new CounterGuests(), (target, method, args, options) -> {
      if (method.equals("withheld")) {
        notices.add(args);
        return null;
      }
      return PYTHON;
    });
    python = host.python();
    host.load("h", 1);
    host.create("a", "h", Map.of("managed", true));
    client = host.client("c1");
    delegate();
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    host.close();
  }

  private void delegate(String... free) throws Exception {
    if (python.send("", "recall", "a").handle((report, none) -> none == null).get(20, TimeUnit.SECONDS)) {
      assertEquals(0, notices.size());
    }
    python.call("", "delegate", "a");
    Map<String, Object> terms = new HashMap<>(Map.of("withholds", true, "alone", true, "free", free.length == 0 ? List.of("get") : List.of(free)));
    python.call("", "open", "a", terms);
  }

  private CompletableFuture<Object> incr() throws Exception {
    return client.send("a", "incr", 1);
  }

  private void told(long mark) throws Exception {
    List<?> notice = notices.poll(20, TimeUnit.SECONDS);
    assertNotNull(notice, "nothing was told");
    assertEquals(List.of("a", mark), notice);
  }

  /** The mark, and the value that the state has. */
  private List<Object> captured() throws Exception {
    List<?> found = (List<?>) python.call("", "snapshot", "a", Map.of("marked", true));
    return List.of(found.get(0), ((Map<?, ?>) found.get(1)).get("data"));
  }

  /** All calls that have come so far have run when this returns. */
  private void ran() throws Exception {
    client.settle();
    python.call("", "snapshot", "a", Map.of());
  }

  @Test
  void eachAnswerWaitsForTheStateThatHasItsCall() throws Exception {
    CompletableFuture<Object> first = incr();
    told(1);
    assertEquals(List.of(1L, 1L), captured());
    CompletableFuture<Object> second = incr();
    told(2);
    CompletableFuture<Object> third = incr();
    ran();
    assertFalse(first.isDone() || second.isDone() || third.isDone());
    python.call("", "stored", "a", 1L, null);
    assertEquals(1L, result(first));
    assertEquals(List.of(3L, 3L), captured());
    assertFalse(second.isDone() || third.isDone());
    python.call("", "stored", "a", 3L, null);
    assertEquals(List.of(2L, 3L), List.of(result(second), result(third)));
    assertEquals(0, notices.size(), "once for each state");
  }

  @Test
  void whatReadsWaitsForTheChangesBeforeItAndForNothingElse() throws Exception {
    assertEquals(0L, client.call("a", "get"));
    CompletableFuture<Object> change = incr();
    told(1);
    CompletableFuture<Object> read = client.send("a", "get");
    ran();
    assertFalse(read.isDone());
    assertEquals(List.of(1L, 1L), captured());
    python.call("", "stored", "a", 1L, null);
    assertEquals(List.of(1L, 1L), List.of(result(change), result(read)));
    assertEquals(1L, client.call("a", "get"), "nothing is unsaved");
  }

  @Test
  void whatCouldNotBeStoredEndsWithTheErrorAndNothingMoreRunsOnIt() throws Exception {
    CompletableFuture<Object> first = incr();
    told(1);
    captured();
    CompletableFuture<Object> second = incr();
    told(2);
    python.call("", "stored", "a", 1L, AWAY);
    GuestFailure failure = failure(first);
    assertEquals(List.of("OMS_UNAVAILABLE", Outcome.UNKNOWN), List.of(failure.code, failure.outcome));
    assertFalse(second.isDone(), "another state has it");
    assertEquals(PYTHON, result(incr()));
    Map<?, ?> report = (Map<?, ?>) python.call("", "recall", "a");
    assertEquals(List.of(2L, 2L), List.of(report.get("calls"), report.get("withheld")));
    python.call("", "stored", "a", null, AWAY);
    assertEquals("OMS_UNAVAILABLE", failure(second).code);
  }

  @Test
  void aCallUnderWayAtTheRecallWaitsForItsStateAlsoWhereItOnlyReads() throws Exception {
    delegate("block");
    CompletableFuture<Object> busy = client.send("a", "block", "g");
    assertTrue(host.guests().reached("g").await(20, TimeUnit.SECONDS));
    List<?> underWay = (List<?>) ((List<?>) ((Map<?, ?>) python.call("", "recall", "a")).get("under_way")).get(0);
    CompletableFuture<Object> outcome = python.send("", "outcome", "a", underWay.get(0));
    host.guests().gate("g").countDown();
    assertEquals(true, ((List<?>) result(outcome)).get(0));
    told(1);
    assertFalse(busy.isDone());
    python.call("", "stored", "a", captured().get(0), null);
    assertEquals("done", result(busy));
  }

  @Test
  void promisesOfCallsAndErrorsWaitAsWell() throws Exception {
    CompletableFuture<Object> promised = client.send("a", "promise", "p");
    assertTrue(host.guests().reached("p").await(20, TimeUnit.SECONDS));
    CompletableFuture<Object> failing = client.send("a", "fail", "so");
    CompletableFuture<Object> captured = python.send("", "snapshot", "a", Map.of("marked", true));
    client.settle();
    python.settle();
    assertFalse(captured.isDone(), "a call is not over");
    host.guests().gate("p").countDown();
    // The state may be captured before the call that fails has ended: then two notices are on their way, each on a thread of its own.
    List<?> notice = notices.poll(20, TimeUnit.SECONDS);
    assertTrue(List.of(List.of("a", 1L), List.of("a", 2L)).contains(notice), String.valueOf(notice));
    result(captured);
    long mark = (Long) captured().get(0);
    assertEquals(2L, mark);
    assertFalse(promised.isDone() || failing.isDone());
    python.call("", "stored", "a", mark, null);
    assertEquals("settled p", result(promised));
    assertEquals("so", failure(failing).getMessage());
  }

  @Test
  void whoeverWaitsIsToldWhenItsTimeIsOverOrTheObjectEnds() throws Exception {
    GuestFailure late = failure(client.send(50, null, to("a", "incr", 1)).get(0));
    assertEquals(List.of("DEADLINE_EXCEEDED", Outcome.UNKNOWN), List.of(late.code, late.outcome));
    assertEquals(List.of(1L, 1L), captured(), "it has run all the same");
    CompletableFuture<Object> waiting = incr();
    told(1);
    told(2);
    python.call("", "destroy", "a");
    GuestFailure gone = failure(waiting);
    assertEquals(List.of("KERNEL_UNAVAILABLE", Outcome.UNKNOWN), List.of(gone.code, gone.outcome));
  }

  @Test
  void whereMuchIsWithheldCallsGoToThePythonHalf() throws Exception {
    for (int sent = 0; sent < 4; sent++) {
      client.send("a", "large", (1 << 20) + 1);
    }
    ran();
    assertEquals(PYTHON, result(incr()));
    assertEquals(4L, ((Map<?, ?>) python.call("", "recall", "a")).get("withheld"));
  }
}

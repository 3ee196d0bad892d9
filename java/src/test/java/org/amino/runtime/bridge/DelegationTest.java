package org.amino.runtime.bridge;

import static org.amino.runtime.testing.LaneClient.failure;
import static org.amino.runtime.testing.LaneClient.result;
import static org.amino.runtime.testing.LaneClient.to;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.amino.runtime.testing.CounterGuests;
import org.amino.runtime.testing.Host;
import org.amino.runtime.testing.LaneClient;
import org.amino.runtime.wire.Protocol;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls that the Python half delegates to an object's gate, from the offer to the recall. */
@Timeout(60)
class DelegationTest {
  private static final String PYTHON = "python";

  private Host host;
  private LaneClient python;
  private LaneClient client;

  @BeforeEach
  void start() throws Exception {
    host = new Host(new CounterGuests(), (target, method, args, options) -> PYTHON);
    python = host.python();
    host.load("h", 1);
    host.create("a", "h", Map.of("managed", true));
    client = host.client("c1");
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    host.close();
  }

  private void delegate(Map<String, Object> terms) throws Exception {
    python.call("", "delegate", "a");
    python.call("", "open", "a", terms);
  }

  private Map<?, ?> recall() throws Exception {
    return (Map<?, ?>) python.call("", "recall", "a");
  }

  private List<CompletableFuture<Object>> records(int calls) throws Exception {
    List<CompletableFuture<Object>> sent = new ArrayList<>();
    for (int number = 0; number < calls; number++) {
      sent.add(client.send("a", "record", number));
    }
    return sent;
  }

  private Object numbered(String id, long number, long lowest, String method, Object... args) throws Exception {
    Map<String, Object> headers = Map.of("N", List.of("s", number, lowest));
    Map<Integer, Object> own = id.isEmpty() ? Map.of() : Map.of(Protocol.Option.REQUEST_ID, id);
    Map<Integer, Object> all = new java.util.HashMap<>(own);
    all.put(Protocol.Option.HEADERS, headers);
    Map<Integer, Object> options = Map.of(0, all);
    return result(client.send(0, options, to("a", method, args)).get(0));
  }

  @Test
  void callsRunHereBetweenTheOfferAndTheRecall() throws Exception {
    assertEquals(PYTHON, client.call("a", "incr", 1));
    delegate(Map.of());
    for (long number = 1; number <= 20; number++) {
      assertEquals(number, client.call("a", "incr", 1));
    }
    Map<?, ?> report = recall();
    assertEquals(20L, report.get("calls"));
    assertEquals(List.of(), report.get("under_way"));
    assertEquals(PYTHON, client.call("a", "incr", 1));
    Map<?, ?> stats = (Map<?, ?>) python.call("", "stats");
    assertEquals(2L, stats.get("forwarded"));
    assertEquals(20L, stats.get("delegated"));
  }

  @Test
  void callsThatComeBetweenTheOfferAndTheOpeningKeepTheirOrder() throws Exception {
    python.call("", "delegate", "a");
    List<CompletableFuture<Object>> early = records(10);
    client.settle();
    assertFalse(early.stream().anyMatch(CompletableFuture::isDone), "they wait");
    python.call("", "open", "a", Map.of());
    for (int number = 10; number < 20; number++) {
      assertEquals(number + 1L, client.call("a", "record", number));
    }
    for (int number = 0; number < 10; number++) {
      assertEquals(number + 1L, result(early.get(number)));
    }
    assertEquals(20L, recall().get("calls"));
  }

  @Test
  void callsThatWaitWhenTheOfferIsWithdrawnGoToThePythonHalfInTheirOrder() throws Exception {
    python.call("", "delegate", "a");
    List<CompletableFuture<Object>> early = records(10);
    client.settle();
    assertEquals(0L, recall().get("calls"));
    for (CompletableFuture<Object> each : early) {
      assertEquals(PYTHON, result(each));
    }
    assertEquals(10, python.arrived.size());
  }

  @Test
  void callsOfOneFrameKeepTheirOrderWhenTheOfferIsMadeAndWithdrawnBetweenThem() throws Exception {
    host.load("h2", 1);
    host.create("b", "h2");
    List<CompletableFuture<Object>> frame = client.send(0, null, to("a", "record", 1), to("b", "block", "g1"), to("a", "record", 2), to("b", "block", "g2"));
    assertTrue(host.guests().reached("g1").await(20, TimeUnit.SECONDS));
    CompletableFuture<Object> offered = python.send("", "delegate", "a");
    python.settle();
    assertFalse(offered.isDone(), "a call that came before has not left");
    host.guests().gate("g1").countDown();
    assertTrue(host.guests().reached("g2").await(20, TimeUnit.SECONDS));
    CompletableFuture<Object> recalled = python.send("", "recall", "a");
    python.settle();
    assertFalse(recalled.isDone());
    host.guests().gate("g2").countDown();
    assertEquals(PYTHON, result(frame.get(2)));
    assertEquals(PYTHON, result(frame.get(0)));
    assertEquals(0L, ((Map<?, ?>) result(recalled)).get("calls"));
    result(offered);
    assertEquals(List.of(List.of(1L), List.of(2L)), python.arrived.stream().map(each -> each.get(1)).toList());
  }

  @Test
  void theFirstCallThatIsNotLetInEndsIt() throws Exception {
    delegate(Map.of("members", List.of("incr")));
    assertEquals(1L, client.call("a", "incr", 1));
    assertEquals(PYTHON, client.call("a", "get"));
    assertEquals(PYTHON, client.call("a", "incr", 1), "later calls of the client must not overtake it");
    assertEquals(1L, recall().get("calls"));
  }

  @Test
  void oneCallTooManyGoesToThePythonHalfAndLaterOnesWaitForTheRenewedOffer() throws Exception {
    delegate(Map.of("calls", 3));
    List<CompletableFuture<Object>> sent = records(10);
    for (long period = 0; period < 2; period++) {
      int due = (int) period * 4 + 3;
      assertEquals(PYTHON, result(sent.get(due)));
      Map<?, ?> report = (Map<?, ?>) python.call("", "recall", "a", true, false);
      assertEquals(List.of(true, 3L), List.of(report.get("renewed"), report.get("calls")));
      assertFalse(sent.get(due + 1).isDone(), "it waits");
      python.call("", "open", "a", Map.of("calls", 3));
    }
    for (int number = 0; number < 10; number++) {
      long earlier = number - (number + 1) / 4;
      assertEquals(number % 4 == 3 ? PYTHON : Long.valueOf(earlier + 1), result(sent.get(number)));
    }
    assertEquals(2L, recall().get("calls"));
    assertEquals(List.of(List.of(3L), List.of(7L)), python.arrived.stream().map(each -> each.get(1)).toList());
  }

  @Test
  void callsThatWaitForAnOfferThatDoesNotComeGoToThePythonHalf() throws Exception {
    delegate(Map.of("calls", 1));
    assertEquals(1L, client.call("a", "incr", 1));
    List<CompletableFuture<Object>> late = records(3);
    assertEquals(List.of(PYTHON, PYTHON, PYTHON), List.of(result(late.get(0)), result(late.get(1)), result(late.get(2))), "nobody recalls it");
    assertEquals(3, python.arrived.size());
    Map<?, ?> report = (Map<?, ?>) python.call("", "recall", "a", true, false);
    assertEquals(List.of(false, 1L), List.of(report.get("renewed"), report.get("calls")));
  }

  @Test
  void aRecallWithoutRenewalSendsCallsThatWaitToThePythonHalfBeforeItsAnswer() throws Exception {
    delegate(Map.of("calls", 1));
    assertEquals(1L, client.call("a", "incr", 1));
    List<CompletableFuture<Object>> late = records(3);
    assertEquals(PYTHON, result(late.get(0)));
    client.settle();
    assertEquals(1L, recall().get("calls"));
    assertEquals(List.of(PYTHON, PYTHON), List.of(result(late.get(1)), result(late.get(2))));
  }

  @Test
  void aPythonHalfThatDidNotHearTheAnswerAsksAgainAndNothingIsRenewed() throws Exception {
    delegate(Map.of("calls", 2));
    assertEquals(2L, client.call("a", "incr", 2));
    assertEquals(4L, client.call("a", "incr", 2));
    List<CompletableFuture<Object>> late = records(2);
    assertEquals(PYTHON, result(late.get(0)));
    client.settle();
    assertEquals(true, ((Map<?, ?>) python.call("", "recall", "a", true, false)).get("renewed"));
    assertFalse(late.get(1).isDone());
    Map<?, ?> again = (Map<?, ?>) python.call("", "recall", "a", true, true);
    assertEquals(List.of(2L, false), List.of(again.get("calls"), again.get("renewed")));
    assertEquals(PYTHON, result(late.get(1)));
    assertEquals(2L, ((Map<?, ?>) python.call("", "recall", "a", true, true)).get("calls"), "and once more");
    assertEquals(PYTHON, client.call("a", "incr", 1));
  }

  @Test
  void soManyCallsAreLetInAndNoMore() throws Exception {
    delegate(Map.of("calls", 3, "free", List.of("get")));
    for (long number = 1; number <= 3; number++) {
      assertEquals(number, client.call("a", "incr", 1));
      assertEquals(number, client.call("a", "get"), "it does not count");
    }
    assertEquals(PYTHON, client.call("a", "incr", 1));
    assertEquals(3L, recall().get("calls"));
  }

  @Test
  void callsWithoutTheirProxiesAndThoseOfTransactionsGoToThePythonHalf() throws Exception {
    for (Map<Integer, Object> options : List.<Map<Integer, Object>>of(
        Map.of(0, Map.of(Protocol.Option.FLAGS, 0)), Map.of(0, Map.of(Protocol.Option.FLAGS, 1, Protocol.Option.TRANSACTION, "t")))) {
      delegate(Map.of("proxied", true));
      Map<Integer, Object> passed = Map.of(0, Map.of(Protocol.Option.FLAGS, Protocol.FLAG_PROXIES_DONE));
      assertTrue(result(client.send(0, passed, to("a", "incr", 1)).get(0)) instanceof Long);
      assertEquals(PYTHON, result(client.send(0, options, to("a", "incr", 1)).get(0)));
      assertEquals(1L, recall().get("calls"));
    }
  }

  @Test
  void aNumberRunsOnceAndItsOutcomeIsKept() throws Exception {
    delegate(Map.of("header", "N", "sessions", Map.of("s", 4)));
    assertEquals(1L, numbered("", 5, 1, "incr", 1));
    assertEquals(2L, numbered("", 6, 6, "incr", 1));
    assertEquals(PYTHON, numbered("", 6, 6, "incr", 1));
    assertEquals(PYTHON, numbered("", 7, 6, "incr", 1), "the delegation is over");
    Map<?, ?> report = recall();
    assertEquals(2L, report.get("calls"));
    assertEquals("s", ((List<?>) ((List<?>) report.get("sessions")).get(0)).get(0));
    List<?> kept = (List<?>) ((List<?>) ((List<?>) ((List<?>) report.get("sessions")).get(0)).get(2)).get(0);
    assertEquals(6L, kept.get(0));
    assertEquals(true, ((List<?>) kept.get(1)).get(0));
    org.junit.jupiter.api.Assertions.assertArrayEquals(new byte[] {2}, (byte[]) ((List<?>) kept.get(1)).get(1));
    Map<?, ?> again = recall();
    assertEquals(2L, again.get("calls"), "an answer may be lost on its way");
  }

  @Test
  void aCallWithAnIdOfItsOwnGoesToTheManagersThatKnowIds() throws Exception {
    delegate(Map.of("header", "N", "sessions", Map.of()));
    assertEquals(1L, numbered("", 1, 1, "incr", 1));
    assertEquals(PYTHON, numbered("r2", 2, 1, "incr", 1));
    assertEquals(1L, recall().get("calls"));
  }

  @Test
  void whatWaitsAtTheGateIsAnsweredWhenTheObjectEndsOrItsTimeIsOver() throws Exception {
    python.call("", "delegate", "a");
    CompletableFuture<Object> late = client.send(50, null, to("a", "incr", 1)).get(0);
    assertEquals("DEADLINE_EXCEEDED", failure(late).code);
    CompletableFuture<Object> waiting = client.send("a", "incr", 1);
    client.settle();
    python.call("", "destroy", "a");
    assertEquals("OBJECT_NOT_FOUND", failure(waiting).code);
  }

  @Test
  void theOutcomeOfACallUnderWayIsToldWhenItHasEnded() throws Exception {
    delegate(Map.of());
    CompletableFuture<Object> busy = client.send("a", "block", "g");
    assertTrue(host.guests().reached("g").await(20, TimeUnit.SECONDS));
    CompletableFuture<Object> waiting = client.send("a", "fail", "so");
    client.settle();
    List<?> underWay = (List<?>) recall().get("under_way");
    assertEquals(2, underWay.size());
    List<CompletableFuture<Object>> asked = new ArrayList<>();
    for (Object each : underWay) {
      asked.add(python.send("", "outcome", "a", ((List<?>) each).get(0)));
    }
    python.settle();
    assertFalse(asked.stream().anyMatch(CompletableFuture::isDone));
    host.guests().gate("g").countDown();
    assertEquals("done", result(busy));
    assertEquals("so", failure(waiting).getMessage());
    List<Object> endings = List.of(((List<?>) result(asked.get(0))).get(0), ((List<?>) result(asked.get(1))).get(0));
    assertEquals(List.of(false, true), endings.stream().sorted().toList());
    assertEquals("ARGUMENT_INVALID", python.failing("", "outcome", "a", ((List<?>) underWay.get(0)).get(0)).code, "it has been told");
  }

  @Test
  void nothingIsDelegatedTwiceAndNothingIsRecalledThatWasNot() throws Exception {
    assertEquals("ARGUMENT_INVALID", python.failing("", "recall", "a").code);
    assertEquals("ARGUMENT_INVALID", python.failing("", "open", "a", Map.of()).code);
    delegate(Map.of());
    assertEquals("ARGUMENT_INVALID", python.failing("", "delegate", "a").code);
    assertEquals(0L, recall().get("calls"));
    delegate(Map.of());
    assertEquals(1L, client.call("a", "incr", 1));
  }

  @Test
  void whoAsksAboutAnObjectThatEndsIsTold() throws Exception {
    delegate(Map.of());
    CompletableFuture<Object> busy = client.send("a", "block", "g");
    assertTrue(host.guests().reached("g").await(20, TimeUnit.SECONDS));
    List<?> underWay = (List<?>) ((List<?>) recall().get("under_way")).get(0);
    CompletableFuture<Object> asked = python.send("", "outcome", "a", underWay.get(0));
    CompletableFuture<Object> destroyed = python.send("", "destroy", "a");
    host.guests().gate("g").countDown();
    result(busy);
    result(destroyed);
    assertTrue(asked.handle((value, thrown) -> true).get(20, TimeUnit.SECONDS));
  }
}

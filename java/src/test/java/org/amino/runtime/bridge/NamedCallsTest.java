package org.amino.runtime.bridge;

import static org.amino.runtime.testing.LaneClient.result;
import static org.amino.runtime.testing.LaneClient.to;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.amino.runtime.testing.CounterGuests;
import org.amino.runtime.testing.Host;
import org.amino.runtime.testing.LaneClient;
import org.amino.runtime.wire.Protocol;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls with numbers and an id of their own, of which the Python half has told which ids it knows. */
@Timeout(60)
class NamedCallsTest {
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

  private Object numbered(String id, long number, long lowest, String method, Object... args) throws Exception {
    Map<Integer, Object> options = new java.util.HashMap<>(Map.of(Protocol.Option.HEADERS, Map.of("N", List.of("s", number, lowest))));
    if (!id.isEmpty()) {
      options.put(Protocol.Option.REQUEST_ID, id);
    }
    return result(client.send(0, Map.of(0, options), to("a", method, args)).get(0));
  }

  @Test
  void aCallWithAnIdThatTheManagersDoNotKnowRunsOnceAndItsIdIsTold() throws Exception {
    Map<String, Object> terms = Map.of("header", "N", "sessions", Map.of(), "requests", List.of("old"));
    delegate(terms);
    assertEquals(1L, numbered("r1", 1, 1, "incr", 1));
    assertEquals(2L, numbered("", 2, 2, "incr", 1));
    assertEquals(3L, numbered("r1", 3, 2, "incr", 1), "nobody asks for its outcome any more, and its id is forgotten with that");
    assertEquals(PYTHON, numbered("r1", 4, 2, "incr", 1), "it has run under another number");
    List<?> kept = (List<?>) ((List<?>) ((List<?>) recall().get("sessions")).get(0)).get(2);
    assertEquals(List.of("", "r1"), kept.stream().map(each -> ((List<?>) each).get(2)).toList());
    delegate(terms);
    assertEquals(PYTHON, numbered("old", 1, 1, "incr", 1), "the managers know it");
    recall();
  }
}

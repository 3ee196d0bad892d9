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

/** Calls of some members that an object with managers lets in until a moment. */
@Timeout(60)
class LentTest {
  private static final String PYTHON = "python";
  private static final long MINUTE = 60_000_000_000L;
  private static final Map<Integer, Object> PROXIED = Map.of(Protocol.Option.FLAGS, Protocol.FLAG_PROXIES_DONE);

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

  private List<?> lend(Long until) throws Exception {
    return (List<?>) python.call("", "lend", "a", List.of("incr"), until);
  }

  private Object call(Map<Integer, Object> options, String method) throws Exception {
    return result(client.send(0, Map.of(0, options), to("a", method, 1)).get(0));
  }

  @Test
  void callsRunHereUntilTheMoment() throws Exception {
    long now = (Long) lend(null).get(0);
    assertEquals(PYTHON, call(PROXIED, "incr"));
    lend(now + MINUTE);
    assertEquals(1L, call(PROXIED, "incr"));
    assertEquals(2L, call(PROXIED, "incr"));
    assertEquals(PYTHON, call(PROXIED, "record"), "another member");
    assertEquals(3L, call(PROXIED, "incr"), "which ends nothing");
    assertEquals(3L, lend(now + MINUTE).get(1));
    lend(now - 1);
    assertEquals(PYTHON, call(PROXIED, "incr"), "the moment has passed");
  }

  @Test
  void theyEndAtOnceWhereThatIsSaid() throws Exception {
    lend((Long) lend(null).get(0) + MINUTE);
    assertEquals(1L, call(PROXIED, "incr"));
    lend(null);
    assertEquals(PYTHON, call(PROXIED, "incr"));
  }

  @Test
  void whatConcernsManagersGoesToThem() throws Exception {
    lend((Long) lend(null).get(0) + MINUTE);
    assertEquals(PYTHON, client.call("a", "incr", 1), "its proxies have not run");
    long flag = Protocol.FLAG_PROXIES_DONE;
    assertEquals(PYTHON, call(Map.of(Protocol.Option.FLAGS, flag, Protocol.Option.HEADERS, Map.of("M", 1L)), "incr"));
    assertEquals(PYTHON, call(Map.of(Protocol.Option.FLAGS, flag, Protocol.Option.TRANSACTION, "t@a"), "incr"));
    assertEquals(PYTHON, call(Map.of(Protocol.Option.FLAGS, flag, Protocol.Option.CHAIN, List.of("c", "b.go")), "incr"));
  }
}

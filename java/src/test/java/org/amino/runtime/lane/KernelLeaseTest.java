package org.amino.runtime.lane;

import static org.amino.runtime.testing.LaneClient.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.amino.runtime.testing.CounterGuests;
import org.amino.runtime.testing.Host;
import org.amino.runtime.testing.LaneClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What callers are told when the kernel's lease is over and the Python half has not said so. */
@Timeout(60)
class KernelLeaseTest {
  private static final long HOUR = 3_600_000_000_000L;

  private Host host;
  private LaneClient python;
  private LaneClient client;

  @BeforeEach
  void start() throws Exception {
    host = new Host(new CounterGuests(), (target, method, args, options) -> "python");
    python = host.python();
    host.load("h", 1);
    host.create("a", "h");
    client = host.client("c");
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    host.close();
  }

  private long lease(long ends) throws Exception {
    return (Long) python.call("", "lease", ends);
  }

  @Test
  void nothingIsAnsweredAfterTheEndUntilItIsProlonged() throws Exception {
    long now = lease(0);
    assertEquals(1L, client.call("a", "incr", 1));
    lease(now);
    // This member is known to the connection, so the call runs before anybody asks; that one is not, and does not run.
    assertEquals("KERNEL_UNAVAILABLE", client.failing("a", "incr", 1).code);
    assertEquals("MOVED", client.failing("a", "get").code);
    lease(now + HOUR);
    assertEquals(2L, client.call("a", "get"));
    lease(now);
    assertEquals(3L, client.call("a", "incr", 1));
  }

  @Test
  void aCallThatRunsUntilItIsOverIsNotAnsweredWithItsResult() throws Exception {
    CompletableFuture<Object> running = client.send("a", "block", "g");
    CompletableFuture<Object> waiting = client.send("a", "incr", 1);
    assertTrue(host.guests().reached("g").await(20, TimeUnit.SECONDS));
    lease(lease(0));
    host.guests().gate("g").countDown();
    assertEquals("KERNEL_UNAVAILABLE", failure(running).code);
    assertEquals("MOVED", failure(waiting).code);
  }

  @Test
  void callsOfThePythonHalfAreHeldToItToo() throws Exception {
    assertEquals(1L, python.call("a", "incr", 1));
    lease(lease(0));
    assertTrue(List.of("KERNEL_UNAVAILABLE", "MOVED").contains(python.failing("a", "incr", 1).code));
    assertEquals("Counter", ((java.util.Map<?, ?>) python.call("", "interface", "a")).get("class"));
  }
}

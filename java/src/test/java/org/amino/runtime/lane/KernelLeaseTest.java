package org.amino.runtime.lane;

import static org.amino.runtime.testing.LaneClient.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.testing.CounterGuests;
import org.amino.runtime.testing.Host;
import org.amino.runtime.testing.LaneClient;
import org.amino.runtime.testing.SteppedClocks;
import org.amino.runtime.wire.Protocol.Outcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What callers are told when the kernel's lease is over and the Python half has not said so. */
@Timeout(60)
class KernelLeaseTest {
  private static final long HOUR = 3_600_000_000_000L;

  private final SteppedClocks clocks = new SteppedClocks(-HOUR);
  private Host host;
  private LaneClient python;
  private LaneClient client;

  @BeforeEach
  void start() throws Exception {
    host = new Host(new CounterGuests(), (target, method, args, options) -> "python", clocks);
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

  /** @param ends null: no change */
  private long lease(Long ends) throws Exception {
    return (Long) python.call("", "lease", ends);
  }

  @Test
  void nothingIsAnsweredAfterTheEndUntilItIsProlonged() throws Exception {
    long now = lease(null);
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
    lease(lease(null));
    host.guests().gate("g").countDown();
    assertEquals("KERNEL_UNAVAILABLE", failure(running).code);
    assertEquals("MOVED", failure(waiting).code);
  }

  @Test
  void callsOfThePythonHalfAreHeldToItToo() throws Exception {
    assertEquals(1L, python.call("a", "incr", 1));
    lease(lease(null));
    assertTrue(List.of("KERNEL_UNAVAILABLE", "MOVED").contains(python.failing("a", "incr", 1).code));
    assertEquals("Counter", ((java.util.Map<?, ?>) python.call("", "interface", "a")).get("class"));
  }

  @Test
  void whileNobodyProlongsItCallersAreToldSoInsteadOfBeingSentElsewhere() throws Exception {
    lease(lease(null));
    python.call("", "fence", (Object) null);
    python.call("", "outage", "no OMS answers");
    GuestFailure refused = client.failing("a", "get");
    assertEquals(List.of("KERNEL_UNAVAILABLE", Outcome.NOT_RUN), List.of(refused.code, refused.outcome));
    assertTrue(refused.getMessage().endsWith("no OMS answers"), refused.getMessage());
    lease(lease(null) + HOUR);
    assertEquals("MOVED", client.failing("a", "get").code, "it is fenced still, and callers may wait");
    python.call("", "resume", "a");
    assertEquals(0L, client.call("a", "get"));
    lease(lease(null) + 2 * HOUR);
    clocks.pass(Duration.ofHours(3));
    assertFalse(client.failing("a", "get").getMessage().endsWith("no OMS answers"), "a new end of the lease is no outage yet");
  }

  @Test
  void theEndMayBeAtZero() throws Exception {
    assertTrue(lease(0L) < 0, "this machine's clock has not come to zero yet");
    assertEquals(1L, client.call("a", "incr", 1));
    clocks.pass(Duration.ofHours(1));
    assertEquals("MOVED", client.failing("a", "get").code);
    assertEquals("KERNEL_UNAVAILABLE", client.failing("a", "incr", 1).code);
  }

  @Test
  void theLeaseRunsOnWhileTheMachineIsSuspended() throws Exception {
    long now = lease(null);
    lease(now + HOUR);
    assertEquals(1L, client.call("a", "incr", 1));
    clocks.suspend(Duration.ofMinutes(30));
    assertEquals(2L, client.call("a", "incr", 1), "there is time left");
    clocks.suspend(Duration.ofMinutes(40));
    // The Python half has said nothing: it may be frozen still. The connection does not know that member, so it does not run.
    assertEquals("MOVED", client.failing("a", "get").code);
    assertEquals("KERNEL_UNAVAILABLE", client.failing("a", "incr", 1).code);
    long woken = lease(null);
    assertTrue(woken - now > HOUR, "what it shows counts the suspended time");
    lease(woken + HOUR);
    assertEquals(3L, client.call("a", "get"));
  }

  @Test
  void aCallDuringWhichTheMachineIsSuspendedForLongerThanTheLeaseIsNotAnsweredWithItsResult() throws Exception {
    lease(lease(null) + HOUR);
    CompletableFuture<Object> running = client.send("a", "block", "g");
    CompletableFuture<Object> waiting = client.send("a", "incr", 1);
    assertTrue(host.guests().reached("g").await(20, TimeUnit.SECONDS));
    clocks.suspend(Duration.ofHours(2));
    host.guests().gate("g").countDown();
    assertEquals("KERNEL_UNAVAILABLE", failure(running).code);
    assertEquals("MOVED", failure(waiting).code);
  }

  @Test
  void aTimeOfDayThatIsSetForwardEndsTheLeaseUntilItIsProlonged() throws Exception {
    long now = lease(null);
    lease(now + HOUR);
    assertEquals(1L, client.call("a", "incr", 1));
    // From a suspend it cannot be told apart.
    clocks.setTimeOfDay(Duration.ofHours(3));
    assertEquals("MOVED", client.failing("a", "get").code);
    lease(lease(null) + HOUR);
    clocks.setTimeOfDay(Duration.ofHours(-3));
    assertEquals(1L, client.call("a", "get"), "set back, it changes nothing");
  }
}

package org.amino.runtime.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.testing.Host;
import org.amino.runtime.testing.LaneClient;
import org.amino.runtime.wire.Protocol;
import org.amino.runtime.wire.Protocol.Outcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the ends of connections are told while a kernel stops, and which of their calls run. */
class GoodbyeTest {
  private static final long PATIENCE_SECONDS = 50;

  private Host host;

  @BeforeEach
  void start() throws Exception {
    host = new Host();
    host.load("a", 1);
    host.create("o", "a");
  }

  @AfterEach
  void stop() throws Exception {
    host.guests().gate("long").countDown();
    host.close();
  }

  /** A call that goes on until it is released. */
  private CompletableFuture<Object> begun(LaneClient client) throws Exception {
    CompletableFuture<Object> call = client.send(0, null, LaneClient.to("o", "block", "long")).get(0);
    assertTrue(host.guests().reached("long").await(PATIENCE_SECONDS, TimeUnit.SECONDS));
    return call;
  }

  private LaneClient hearing() throws Exception {
    LaneClient client = LaneClient.connect(host.socket(), null);
    client.frame(List.of(Protocol.HELLO, Map.of(
        "v", Protocol.VERSION, "client", "c", "role", "client", "token", Host.TOKEN, "features", List.of(Protocol.Feature.GOODBYE, "later"))));
    client.hello();
    return client;
  }

  private CompletableFuture<Object> leave(long milliseconds) throws Exception {
    return host.python().send(0, null, LaneClient.to("", "leave", milliseconds)).get(0);
  }

  private static Object value(CompletableFuture<Object> answer) throws Exception {
    return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  private static GuestFailure failure(CompletableFuture<Object> answer) {
    return (GuestFailure) assertThrows(ExecutionException.class, () -> value(answer)).getCause();
  }

  @Test
  void whatCameBeforeIsAnsweredAndWhatComesAfterIsNotRun() throws Exception {
    try (LaneClient client = hearing()) {
      CompletableFuture<Object> before = begun(client);
      CompletableFuture<Object> left = leave(40_000);
      GuestFailure goodbye = client.goodbye();
      assertEquals("KERNEL_UNAVAILABLE", goodbye.code);
      assertEquals(Map.of("last", 0L), goodbye.details);
      CompletableFuture<Object> after = client.send(0, null, LaneClient.to("o", "record", 1)).get(0);
      client.settle();
      assertFalse(after.isDone());
      assertFalse(left.isDone());
      host.guests().gate("long").countDown();
      assertEquals("done", value(before));
      assertEquals(0L, value(left));
      assertFalse(after.isDone());
      assertEquals(List.of(), host.python().call("o", "seen"));
    }
  }

  @Test
  void aClientThatKnowsNoSuchGoodbyeGetsItsAnswersAndThenTheGoodbye() throws Exception {
    try (LaneClient client = host.client("old")) {
      CompletableFuture<Object> before = begun(client);
      try (LaneClient other = hearing()) {
        CompletableFuture<Object> left = leave(40_000);
        other.goodbye();
        GuestFailure refused = failure(client.send(0, null, LaneClient.to("o", "get"), LaneClient.to("o", "get")).get(1));
        assertEquals("KERNEL_UNAVAILABLE", refused.code);
        assertEquals(Outcome.NOT_RUN, refused.outcome);
        host.guests().gate("long").countDown();
        assertEquals("done", value(before));
        assertEquals(0L, value(left));
      }
      assertEquals("KERNEL_UNAVAILABLE", client.goodbye().code);
      assertTrue(client.awaitClosed());
    }
  }

  @Test
  void nobodyIsLetInAfterwards() throws Exception {
    assertEquals(0L, value(leave(40_000)));
    try (LaneClient late = LaneClient.connect(host.socket(), null)) {
      late.frame(List.of(Protocol.HELLO, Map.of("v", Protocol.VERSION, "client", "late", "role", "client", "token", Host.TOKEN)));
      GuestFailure goodbye = late.goodbye();
      assertEquals("KERNEL_UNAVAILABLE", goodbye.code);
      assertEquals(Outcome.NOT_RUN, goodbye.outcome);
      assertTrue(late.awaitClosed());
    }
  }

  @Test
  void answersThatTakeTooLongAreCounted() throws Exception {
    try (LaneClient client = hearing()) {
      begun(client);
      assertEquals(1L, value(leave(1)));
    }
  }
}

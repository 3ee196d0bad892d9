package org.amino.runtime.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.amino.runtime.testing.Host;
import org.amino.runtime.testing.LaneClient;
import org.amino.runtime.wire.PlainValue;
import org.amino.runtime.wire.Protocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Memory is bounded by what a client leaves unanswered, and a client that does not read holds up nobody else. */
@Timeout(300)
class BackpressureTest {
  /** So many calls take a minute on a busy machine, more than a call may take by default. */
  private static final int BUDGET_MS = 280_000;

  @Test
  void aConnectionWithTooManyUnansweredCallsIsReadAgainWhenTheyAreAnswered() throws Exception {
    try (Host host = new Host(); LaneClient client = host.client("eager"); LaneClient other = host.client("other")) {
      host.load("h", 1);
      host.load("h2", 1);
      host.create("a", "h");
      host.create("b", "h2");
      CompletableFuture<Object> blocked = client.send(BUDGET_MS, null, LaneClient.to("a", "block", "g")).get(0);
      assertTrue(host.guests().reached("g").await(20, TimeUnit.SECONDS));
      // Beyond the limit by so little that the socket takes what is not read: a write that waits would keep this test from opening the gate.
      int frames = Protocol.UNANSWERED_LIMIT / 1000 + 3;
      List<CompletableFuture<Object>> last = new ArrayList<>();
      for (int i = 0; i < frames; i++) {
        List<List<Object>> calls = new ArrayList<>();
        for (int n = 0; n < 1000; n++) {
          calls.add(LaneClient.to("a", "incr", 1));
        }
        @SuppressWarnings({"unchecked", "rawtypes"})
        List<Object>[] array = calls.toArray(new List[0]);
        last = client.send(BUDGET_MS, null, array);
      }
      // Not read, so not answered, though its object is free.
      CompletableFuture<Object> beyond = client.send(BUDGET_MS, null, LaneClient.to("b", "incr", 1)).get(0);
      assertEquals(1L, other.call("b", "incr", 1));
      assertFalse(beyond.isDone());
      host.guests().gate("g").countDown();
      assertEquals("done", LaneClient.result(blocked));
      assertEquals((long) frames * 1000, last.get(999).get(BUDGET_MS, TimeUnit.MILLISECONDS));
      assertEquals(2L, beyond.get(BUDGET_MS, TimeUnit.MILLISECONDS));
    }
  }

  @Test
  void aClientThatDoesNotReadHoldsUpNobodyElse() throws Exception {
    try (Host host = new Host(); LaneClient client = host.client("reader")) {
      host.load("h", 1);
      host.create("a", "h");
      try (java.nio.channels.SocketChannel deaf = java.nio.channels.SocketChannel.open(java.net.UnixDomainSocketAddress.of(host.socket()))) {
        write(deaf, PlainValue.encode(List.of(Protocol.HELLO, java.util.Map.of("v", Protocol.VERSION, "client", "deaf", "role", "client", "token", Host.TOKEN))));
        for (int i = 0; i < 8; i++) {
          write(deaf, PlainValue.encode(List.of(Protocol.REQUEST, i, 0, List.of("a", "large", List.of(4 << 20)))));
        }
        for (int i = 1; i <= 50; i++) {
          assertEquals((long) i, client.call("a", "incr", 1));
        }
      }
    }
  }

  private static void write(java.nio.channels.SocketChannel channel, byte[] body) throws Exception {
    ByteBuffer bytes = ByteBuffer.allocate(4 + body.length).order(ByteOrder.LITTLE_ENDIAN).putInt(body.length).put(body).flip();
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}

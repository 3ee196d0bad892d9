package org.amino.runtime.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.testing.Host;
import org.amino.runtime.testing.LaneClient;
import org.amino.runtime.wire.PlainValue;
import org.amino.runtime.wire.Protocol;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes that are no frames end their own connection with a reason, and nothing else. */
@Timeout(60)
class InvalidFrameTest {
  private Host host;
  private LaneClient witness;

  @BeforeEach
  void start() throws Exception {
    host = new Host();
    host.load("h", 1);
    host.create("a", "h");
    witness = host.client("witness");
  }

  @AfterEach
  void stop() throws Exception {
    assertEquals(1L, witness.call("a", "incr", 1), "another connection goes on");
    witness.close();
    host.close();
  }

  private static byte[] hex(String text) {
    byte[] bytes = new byte[text.length() / 2];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Integer.parseInt(text.substring(2 * i, 2 * i + 2), 16);
    }
    return bytes;
  }

  // Not an array; never used byte; request without calls; calls not in threes; huge array; args cut off; unknown kind; deep nesting cut off; kind only;
  // options for a call that is not there; options that are no map; bytes behind a request, behind its options, behind a ping; a pong of three items;
  // an answer to no request; a cancel whose index is no integer.
  @ParameterizedTest
  @ValueSource(strings = {"c0", "c1", "93000000", "9400000091a161", "94000000ddffffffff", "9400000093a161a162dc", "9209c0", "94000000 93a161a162919191", "9105", "95000000908105 80",
      "950000009007", "95000000 93a161a4696e63729101 8100 07", "9400000090c0", "950000009080c0",
      "920601c0", "93070101", "9301019101", "93030191a161"})
  void malformedFramesAreRefused(String bytes) throws Exception {
    try (LaneClient client = host.client("bad")) {
      client.raw(hex(bytes.replace(" ", "")));
      assertEquals("FRAME_INVALID", client.goodbye().code);
      assertTrue(client.awaitClosed());
    }
  }

  @Test
  void aFrameThatIsTooLongIsRefusedBeforeItsBody() throws Exception {
    try (LaneClient client = host.client("bad")) {
      client.bytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(Protocol.FRAME_LIMIT + 1).flip());
      assertEquals("FRAME_INVALID", client.goodbye().code);
      assertTrue(client.awaitClosed());
    }
  }

  @Test
  void theFirstFrameMustBeAHello() throws Exception {
    try (LaneClient client = LaneClient.connect(host.socket(), null)) {
      client.frame(List.of(Protocol.PING, 1));
      assertEquals("FRAME_INVALID", client.goodbye().code);
    }
    try (LaneClient client = LaneClient.connect(host.socket(), null)) {
      client.frame(List.of(Protocol.HELLO, Map.of("v", Protocol.VERSION, "client", "x", "token", "guess", "role", "kernel")));
      assertEquals("PERMISSION_DENIED", client.goodbye().code);
    }
  }

  @Test
  void aPeerOfAnotherVersionIsToldWhichSideToUpgrade() throws Exception {
    for (Map.Entry<Object, String> said : Map.<Object, String>of(1, "client x", 3, "this kernel", "2", "client x", 2.0, "client x").entrySet()) {
      try (LaneClient client = LaneClient.connect(host.socket(), null)) {
        client.frame(List.of(Protocol.HELLO, Map.of("v", said.getKey(), "client", "x", "role", "client")));
        GuestFailure why = client.goodbye();
        assertEquals("FRAME_INVALID", why.code);
        assertTrue(why.getMessage().endsWith("upgrade " + said.getValue()), why.getMessage());
        assertTrue(client.awaitClosed());
      }
    }
  }

  @Test
  void whatLaterVersionsAddToAHelloAndToOptionsIsPassedOver() throws Exception {
    try (LaneClient client = LaneClient.connect(host.socket(), null)) {
      client.frame(List.of(Protocol.HELLO, Map.of("v", Protocol.VERSION, "client", "x", "role", "client", "token", Host.TOKEN, "features", List.of("later"))));
      client.frame(List.of(Protocol.REQUEST, 1, 0, List.of("nowhere", "get", List.of()), Map.of(0, Map.of(1, Map.of(), 12, "baggage", 31, List.of(1), 999, Map.of("x", 1)))));
      client.settle();
    }
  }

  @Test
  void aFrameMayArriveByteByByte() throws Exception {
    try (LaneClient client = host.client("slow")) {
      byte[] ping = PlainValue.encode(List.of(Protocol.PING, 77));
      ByteBuffer whole = ByteBuffer.allocate(4 + ping.length).order(ByteOrder.LITTLE_ENDIAN).putInt(ping.length).put(ping).flip();
      while (whole.hasRemaining()) {
        client.bytes(ByteBuffer.wrap(new byte[] {whole.get()}));
      }
      assertEquals(77, client.pong(77));
    }
  }

  @Test
  void noiseNeverReachesAnotherConnection() throws Exception {
    long seed = System.nanoTime();
    System.out.println("InvalidFrameTest seed " + seed);
    Random random = new Random(seed);
    byte[] valid = PlainValue.encode(List.of(Protocol.REQUEST, 1, 0, List.of("a", "get", List.of(), "a", "echo", List.of(1, "x", Map.of("k", List.of(2.5)))), Map.of(0, Map.of(2, 5))));
    for (int i = 0; i < 200; i++) {
      byte[] noise = valid.clone();
      for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
        noise[random.nextInt(noise.length)] = (byte) random.nextInt(256);
      }
      try (LaneClient client = host.client("noise" + i)) {
        client.raw(java.util.Arrays.copyOf(noise, 1 + random.nextInt(noise.length)));
      }
    }
  }
}

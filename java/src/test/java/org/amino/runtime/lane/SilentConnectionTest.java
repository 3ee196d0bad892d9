package org.amino.runtime.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.amino.runtime.Runtime;
import org.amino.runtime.schedule.MachineClocks;
import org.amino.runtime.testing.CounterGuests;
import org.amino.runtime.testing.Host;
import org.amino.runtime.testing.LaneClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A connection that says nothing, or never a whole hello, is closed. */
@Timeout(60)
class SilentConnectionTest {
  /** It holds for the test's own hellos, too, which may come late on a busy machine. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  @TempDir
  Path folder;
  private Path socket;
  private Runtime runtime;

  @BeforeEach
  void start() throws Exception {
    socket = folder.resolve("lane");
    runtime = Runtime.open(socket, Host.TOKEN, "k1", new CounterGuests(), PATIENCE, MachineClocks.SYSTEM);
  }

  @AfterEach
  void stop() {
    runtime.close();
  }

  @Test
  void aConnectionThatSaysNoHelloIsClosedAndOneThatHasMayBeSilent() throws Exception {
    try (LaneClient python = LaneClient.connect(socket, null).greet("python", Host.TOKEN, "kernel")) {
      List<?> listening = (List<?>) python.call("", "listen", "tcp", "127.0.0.1", 0, Host.TOKEN);
      int port = ((Long) listening.get(1)).intValue();
      for (LaneClient silent : List.of(LaneClient.connect(socket, null), LaneClient.over(SocketChannel.open(new InetSocketAddress("127.0.0.1", port))))) {
        assertEquals("FRAME_INVALID", silent.goodbye().code);
        assertTrue(silent.awaitClosed());
        silent.close();
      }
      // Its own time was over before theirs.
      python.call("", "stats");
      assertTrue(Files.exists(socket));
    }
  }

  @Test
  void aBeginningOfAHelloIsNotEnough() throws Exception {
    try (LaneClient slow = LaneClient.connect(socket, null)) {
      slow.bytes(ByteBuffer.allocate(5).order(ByteOrder.LITTLE_ENDIAN).putInt(0, 40).put(4, (byte) 0x92));
      assertEquals("FRAME_INVALID", slow.goodbye().code);
      assertTrue(slow.awaitClosed());
    }
  }

  @Test
  void noMemoryIsSetAsideForWhoHasNotSaidHello() throws Exception {
    try (SocketChannel channel = SocketChannel.open(java.net.UnixDomainSocketAddress.of(socket))) {
      channel.write(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, 100 << 10));
      LaneClient greedy = LaneClient.over(channel);
      assertTrue(greedy.goodbye().getMessage().contains("102400"), greedy.goodbye().getMessage());
      assertTrue(greedy.awaitClosed());
    }
  }
}

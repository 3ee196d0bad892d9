package org.amino.runtime.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.amino.runtime.testing.Host;
import org.amino.runtime.testing.LaneClient;
import org.amino.runtime.wire.Protocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections that have not said hello cost no thread and little memory, and hold up nobody who has. */
@Timeout(120)
class DoorwayTest {
  private static final int MANY = 3000;
  /** Connections that the test itself keeps open, so that both ends fit into the descriptors of one process. */
  private static final int OPEN = 900;
  /** Threads that may come and go beside the test: workers, the monitor, clients. */
  private static final int SPARE_THREADS = 30;

  private static SocketChannel silent(Host host) throws IOException {
    return SocketChannel.open(UnixDomainSocketAddress.of(host.socket()));
  }

  private static void closeAll(Iterable<SocketChannel> channels) throws IOException {
    for (SocketChannel channel : channels) {
      channel.close();
    }
  }

  @Test
  void thousandsThatSayNothingCostNoThreadAndAClientBesideThemIsServed() throws Exception {
    Deque<SocketChannel> open = new ArrayDeque<>();
    try (Host host = new Host()) {
      host.load("h", 1);
      host.create("a", "h");
      int before = Thread.activeCount();
      for (int i = 1; i <= MANY; i++) {
        open.add(silent(host));
        if (open.size() > OPEN) {
          open.remove().close();
        }
        if (i % 500 == 0) {
          try (LaneClient client = host.client("good" + i)) {
            assertEquals((long) i / 500, client.call("a", "incr", 1));
          }
          int now = Thread.activeCount();
          assertTrue(now <= before + SPARE_THREADS, now + " threads after " + i + " connections, " + before + " before");
        }
      }
    } finally {
      closeAll(open);
    }
  }

  @Test
  void theOldestSilentOneMakesRoomAndIsToldWhy() throws Exception {
    List<SocketChannel> open = new ArrayList<>();
    try (Host host = new Host(); LaneClient oldest = LaneClient.connect(host.socket(), null)) {
      for (int i = 0; i <= Doorway.WAITING_LIMIT; i++) {
        open.add(silent(host));
      }
      assertEquals("OVERLOADED", oldest.goodbye().code);
      assertTrue(oldest.awaitClosed());
      // The youngest one still may say hello.
      SocketChannel youngest = open.remove(open.size() - 1);
      try (LaneClient client = LaneClient.over(youngest).greet("late", Host.TOKEN, "client")) {
        client.settle();
      }
    } finally {
      closeAll(open);
    }
  }

  @Test
  void longHellosThatNeverEndAreBoundedTogether() throws Exception {
    List<SocketChannel> open = new ArrayList<>();
    ByteBuffer almost = ByteBuffer.allocate(Protocol.HELLO_LIMIT).order(ByteOrder.LITTLE_ENDIAN).putInt(0, Protocol.HELLO_LIMIT);
    try (Host host = new Host()) {
      host.load("h", 1);
      host.create("a", "h");
      for (int i = 0; i < Doorway.BYTES_LIMIT / Protocol.HELLO_LIMIT + 20; i++) {
        SocketChannel channel = silent(host);
        open.add(channel);
        for (ByteBuffer bytes = almost.duplicate(); bytes.hasRemaining();) {
          channel.write(bytes);
        }
      }
      try (LaneClient client = host.client("good")) {
        assertEquals(1L, client.call("a", "incr", 1));
      }
      int ended = 0;
      while (ended < 20) {
        for (Iterator<SocketChannel> left = open.iterator(); left.hasNext();) {
          SocketChannel channel = left.next();
          channel.configureBlocking(false);
          if (channel.read(ByteBuffer.allocate(16)) != 0) {
            ended++;
            channel.close();
            left.remove();
          }
        }
        Thread.sleep(5);
      }
    } finally {
      closeAll(open);
    }
  }

  @Test
  void aHelloMayComeByteByByteAndWithCallsBehindIt() throws Exception {
    try (Host host = new Host(); SocketChannel channel = silent(host)) {
      host.load("h", 1);
      host.create("a", "h");
      byte[] hello = org.amino.runtime.wire.PlainValue.encode(List.of(Protocol.HELLO,
          java.util.Map.of("v", Protocol.VERSION, "client", "slow", "role", "client", "token", Host.TOKEN)));
      byte[] ping = org.amino.runtime.wire.PlainValue.encode(List.of(Protocol.PING, 7));
      ByteBuffer bytes = ByteBuffer.allocate(8 + hello.length + ping.length).order(ByteOrder.LITTLE_ENDIAN);
      bytes.putInt(hello.length).put(hello).putInt(ping.length).put(ping).flip();
      for (int i = 1; i < hello.length; i++) {
        bytes.limit(i);
        channel.write(bytes);
      }
      bytes.limit(bytes.capacity());
      channel.write(bytes);
      assertEquals(7, LaneClient.over(channel).pong(7));
    }
  }
}

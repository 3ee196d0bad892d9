package org.amino.runtime.lane;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.WireException;

/**
 * Connections that have not said hello. One thread reads them all without waiting for any; a connection gets a reading thread when its first frame is
 * whole. How many may wait, for how long, and with how many bytes is bounded. The same thread has the lane look after connections that hold too much.
 */
final class Doorway implements AutoCloseable {
  /** Connections that may wait here; beyond it the oldest is closed, for those that mean to say hello do so at once. */
  static final int WAITING_LIMIT = 1024;
  /** Bytes that all of them may have sent; beyond it the one with most is closed. */
  static final int BYTES_LIMIT = 4 << 20;
  /** Accepted connections that this thread has not seen yet; beyond it they wait in the operating system. */
  private static final int ARRIVALS = 128;
  private static final long OFFER_MS = 100;
  private static final long LOOK_MS = 1000;

  private final Lane lane;
  private final Duration patience;
  private final Selector selector;
  private final BlockingQueue<Connection> arrivals = new ArrayBlockingQueue<>(ARRIVALS);
  private volatile boolean crowded;
  // What follows belongs to the thread. The oldest comes first.
  private final Set<FirstFrame> waiting = new LinkedHashSet<>();

  /** @param patience how long a connection may wait here */
  Doorway(Lane lane, Duration patience) {
    this.lane = lane;
    this.patience = patience;
    try {
      this.selector = Selector.open();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread thread = new Thread(this::run, "amino-doorway");
    thread.setDaemon(true);
    thread.start();
  }

  /** Takes a new connection. Called by accepting threads, which wait while too many are new. */
  void admit(Connection connection) {
    try {
      while (selector.isOpen()) {
        if (arrivals.offer(connection, OFFER_MS, TimeUnit.MILLISECONDS)) {
          selector.wakeup();
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    connection.close();
  }

  /** No connection can be accepted, perhaps for want of descriptors: the oldest silent one is closed. */
  void makeRoom() {
    crowded = true;
    selector.wakeup();
  }

  private void run() {
    while (selector.isOpen()) {
      try {
        if (arrivals.isEmpty()) {
          selector.select(untilNext());
        } else {
          selector.selectNow();
        }
        speak();
        // No more than there is room for, so that what they bring is thinned out in time.
        for (int i = 0; i < ARRIVALS && !arrivals.isEmpty(); i++) {
          arrive(arrivals.remove());
        }
        thin();
        lane.relieve(System.nanoTime());
      } catch (ClosedSelectorException e) {
        break;
      } catch (IOException | RuntimeException | Error thrown) {
        System.getLogger(Doorway.class.getName()).log(System.Logger.Level.ERROR, "the doorway goes on after", thrown);
      }
    }
    for (Connection next = arrivals.poll(); next != null; next = arrivals.poll()) {
      next.close();
    }
  }

  /** Has the lane looked at now. */
  void wake() {
    selector.wakeup();
  }

  /** Milliseconds until the oldest has waited too long, or the lane is to be looked at. */
  private long untilNext() {
    long oldest = waiting.isEmpty() ? LOOK_MS : (waiting.iterator().next().deadline() - System.nanoTime()) / 1_000_000 + 1;
    return Math.max(1, Math.min(LOOK_MS, oldest));
  }

  /** Reads those that have sent something. */
  private void speak() {
    Iterator<SelectionKey> keys = selector.selectedKeys().iterator();
    while (keys.hasNext()) {
      SelectionKey key = keys.next();
      keys.remove();
      hear((FirstFrame) key.attachment(), key);
    }
  }

  private void arrive(Connection connection) throws IOException {
    try {
      connection.channel().configureBlocking(false);
    } catch (IOException e) {
      connection.close();
      return;
    }
    // A hello that came with the connection needs no place here.
    hear(new FirstFrame(connection, System.nanoTime() + patience.toNanos()), null);
  }

  /** Reads one, and hands it on if its first frame is whole. It has no key before it waits here. */
  private void hear(FirstFrame first, SelectionKey key) {
    Connection connection = first.connection();
    try {
      if (!first.read()) {
        if (key == null) {
          connection.channel().register(selector, SelectionKey.OP_READ, first);
          waiting.add(first);
        }
        return;
      }
      leave(first, key);
      connection.channel().configureBlocking(true);
      lane.spoken(first);
    } catch (WireException e) {
      leave(first, key);
      connection.goodbye(GuestFailure.of(Code.FRAME_INVALID, e.getMessage()));
    } catch (IOException e) {
      leave(first, key);
      connection.close();
    }
  }

  private void leave(FirstFrame first, SelectionKey key) {
    waiting.remove(first);
    if (key != null) {
      key.cancel();
    }
  }

  /** Closes those that have waited too long, and what is too much. */
  private void thin() {
    long now = System.nanoTime();
    while (!waiting.isEmpty() && waiting.iterator().next().deadline() - now <= 0) {
      dismiss(waiting.iterator().next(), Code.FRAME_INVALID, "the first frame of a connection, a hello, did not come within " + patience.toMillis() + " ms");
    }
    boolean wanted = crowded;
    crowded = false;
    while (waiting.size() > WAITING_LIMIT || wanted && !waiting.isEmpty()) {
      wanted = false;
      dismiss(waiting.iterator().next(), Code.OVERLOADED, "too many connections have not said hello, and this one has waited longest; connect again and say hello at once");
    }
    long bytes = waiting.stream().mapToLong(FirstFrame::size).sum();
    while (bytes > BYTES_LIMIT) {
      FirstFrame largest = waiting.stream().max(Comparator.comparingInt(FirstFrame::size)).orElseThrow();
      bytes -= largest.size();
      dismiss(largest, Code.OVERLOADED, "the hellos that are under way have too many bytes together, and this one has most; connect again with a shorter one");
    }
  }

  private void dismiss(FirstFrame first, String code, String why) {
    waiting.remove(first);
    first.connection().goodbye(GuestFailure.of(code, why));
  }

  @Override
  public void close() {
    try {
      selector.close();
    } catch (IOException e) {
      // The thread ends all the same.
      return;
    }
  }
}

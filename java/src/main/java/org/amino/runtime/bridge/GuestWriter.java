package org.amino.runtime.bridge;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sends what guests say to the Python half, on a thread of its own: a guest is interrupted at its deadline wherever it
 * is, and an interruption that meets a thread in a socket closes the socket. Each context has its turn after the others,
 * so a guest with few messages does not wait behind one with many. And no more goes out than the Python half reads, or
 * answers about leases would wait behind all of it in the socket.
 */
final class GuestWriter {
  /** Bytes that wait from which on what may be dropped is. */
  private static final long DROPPABLE_LIMIT = 16 << 20;
  /** Messages after which the Python half must have read the ones before them. */
  private static final int WINDOW = 64;

  private static final int IDLE_SECONDS = 10;

  private record Message(int bytes, Runnable work) {}

  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), GuestWriter::made);
  private final AtomicLong waiting = new AtomicLong();
  private final Runnable pace;
  /** What waits, by whom; guarded by this. */
  private final Map<Object, ArrayDeque<Message>> messages = new HashMap<>();
  private final ArrayDeque<Object> turns = new ArrayDeque<>();
  private boolean writing;
  private int sent;

  /** @param pace waits until the Python half has read enough of what was sent */
  GuestWriter(Runnable pace) {
    this.pace = pace;
    // It ends with the last kernel that needs it, without being told.
    thread.allowCoreThreadTimeOut(true);
  }

  private static Thread made(Runnable work) {
    Thread thread = new Thread(work, "amino-guest-writer");
    thread.setDaemon(true);
    return thread;
  }

  /** Whether messages that may be dropped should still be sent. */
  boolean hasRoom() {
    return waiting.get() < DROPPABLE_LIMIT;
  }

  /**
   * Does one thing after what the same one has handed over before.
   *
   * @param whose who hands it over; what others have handed over does not have to be done first
   * @param bytes what it keeps in memory until then
   */
  void later(Object whose, int bytes, Runnable work) {
    waiting.addAndGet(bytes);
    synchronized (this) {
      ArrayDeque<Message> before = messages.get(whose);
      if (before == null) {
        before = new ArrayDeque<>(2);
        messages.put(whose, before);
        turns.addLast(whose);
      }
      before.addLast(new Message(bytes, work));
      if (writing) {
        return;
      }
      writing = true;
    }
    thread.execute(this::write);
  }

  private void write() {
    for (Message next = next(); next != null; next = next()) {
      waiting.addAndGet(-next.bytes());
      if (++sent % WINDOW == 0) {
        pace.run();
      }
      next.work().run();
    }
  }

  private synchronized Message next() {
    Object whose = turns.pollFirst();
    if (whose == null) {
      writing = false;
      return null;
    }
    ArrayDeque<Message> its = messages.get(whose);
    Message next = its.pollFirst();
    if (its.isEmpty()) {
      messages.remove(whose);
    } else {
      turns.addLast(whose);
    }
    return next;
  }
}

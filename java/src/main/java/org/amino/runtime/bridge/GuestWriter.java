package org.amino.runtime.bridge;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sends what guests say to the Python half, in order, on a thread of its own: a guest is interrupted at its deadline wherever it is, and an
 * interruption that meets a thread in a socket closes the socket.
 */
final class GuestWriter {
  /** Bytes that wait from which on what may be dropped is. */
  private static final long DROPPABLE_LIMIT = 16 << 20;

  private static final int IDLE_SECONDS = 10;

  private final ThreadPoolExecutor thread = new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), GuestWriter::made);
  private final AtomicLong waiting = new AtomicLong();

  GuestWriter() {
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
   * Does one thing after what was handed over before.
   *
   * @param bytes what it keeps in memory until then
   */
  void later(int bytes, Runnable work) {
    waiting.addAndGet(bytes);
    thread.execute(() -> {
      waiting.addAndGet(-bytes);
      work.run();
    });
  }
}

package org.amino.runtime.schedule;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Hands things on after a while. Its one thread runs no guests. */
final class Timers {
  private final ScheduledThreadPoolExecutor executor;

  Timers(String name) {
    executor = new ScheduledThreadPoolExecutor(1, work -> {
      Thread thread = new Thread(work, name);
      thread.setDaemon(true);
      return thread;
    });
    executor.setRemoveOnCancelPolicy(true);
    executor.setKeepAliveTime(1, TimeUnit.SECONDS);
    executor.allowCoreThreadTimeOut(true);
  }

  /**
   * Runs {@code work}, which must be short, once after so many milliseconds.
   *
   * @return cancels it
   */
  Runnable after(long millis, Runnable work) {
    try {
      ScheduledFuture<?> later = executor.schedule(work, millis, TimeUnit.MILLISECONDS);
      return () -> later.cancel(false);
    } catch (RejectedExecutionException stopped) {
      return () -> {};
    }
  }

  void stop() {
    executor.shutdownNow();
  }
}

package org.amino.runtime.schedule;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The lines that guests print, on their way to the Python half. An artifact may print so many, and all artifacts together,
 * that nothing which must be on time has to wait behind them. Further lines are dropped; the log of the object says how
 * many.
 */
final class GuestLog {
  private static final int AT_ONCE = 2_000;
  private static final int A_SECOND = 200;
  private static final int ALL_AT_ONCE = 5_000;
  private static final int ALL_A_SECOND = 1_000;
  /** So many objects are counted each by itself between two reports, the others together. */
  private static final int COUNTED = 1_000;
  private static final int REPORT_SECONDS = 1;
  private static final String OTHERS = "";

  private final Scheduler scheduler;
  private final LineRate all = new LineRate(ALL_AT_ONCE, ALL_A_SECOND, System.nanoTime());
  private final Map<String, Long> dropped = new ConcurrentHashMap<>();
  private final AtomicBoolean reporting = new AtomicBoolean();

  GuestLog(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  /** The rate of a new artifact. */
  static LineRate rate() {
    return new LineRate(AT_ONCE, A_SECOND, System.nanoTime());
  }

  /**
   * A guest printed a line.
   *
   * @param rate its artifact's
   * @param object the id of its object; null where that is not known
   */
  void line(LineRate rate, String object, String level, String line) {
    long now = System.nanoTime();
    boolean passes = rate.passes(line.length(), now) && all.passes(line.length(), now);
    if (!passes || !scheduler.outside().log(object, level, line)) {
      drop(object == null ? OTHERS : object);
    }
  }

  private void drop(String object) {
    dropped.merge(dropped.size() < COUNTED || dropped.containsKey(object) ? object : OTHERS, 1L, Long::sum);
    if (reporting.compareAndSet(false, true)) {
      Executor later = CompletableFuture.delayedExecutor(REPORT_SECONDS, TimeUnit.SECONDS, scheduler.workers()::execute);
      later.execute(this::report);
    }
  }

  private void report() {
    reporting.set(false);
    for (String object : dropped.keySet()) {
      Long lines = dropped.remove(object);
      if (lines != null) {
        String form = "… %,d lines dropped: an artifact may print %d lines a second";
        String text = String.format(Locale.ROOT, form, lines, A_SECOND);
        scheduler.outside().log(object, "warning", text);
      }
    }
  }
}

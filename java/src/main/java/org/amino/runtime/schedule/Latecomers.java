package org.amino.runtime.schedule;

import java.util.Iterator;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/** Ends the waits of states for further calls ({@link Rejoining}). One timer serves all objects. Any thread may use it. */
final class Latecomers {
  private record Wait(Withheld who, long until) {}

  private static final long TICK_MILLIS = 1;

  private final Monitor monitor;
  private final ConcurrentLinkedQueue<Wait> waits = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean looks = new AtomicBoolean();

  Latecomers(Monitor monitor) {
    this.monitor = monitor;
  }

  /** Has {@link Withheld#waited} called when that moment has passed, unless it says before that it does not wait until then. */
  void await(Withheld who, long until) {
    waits.add(new Wait(who, until));
    lookSoon();
  }

  private void lookSoon() {
    if (looks.compareAndSet(false, true)) {
      monitor.timers().after(TICK_MILLIS, this::look);
    }
  }

  private void look() {
    looks.set(false);
    long now = System.nanoTime();
    for (Iterator<Wait> all = waits.iterator(); all.hasNext();) {
      Wait wait = all.next();
      if (wait.who.waited(wait.until, now)) {
        all.remove();
      }
    }
    if (!waits.isEmpty()) {
      lookSoon();
    }
  }
}

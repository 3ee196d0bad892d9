package org.amino.runtime.schedule;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;

/**
 * How much each context has allocated since the heap had room. Calls pay nothing for it: the JVM counts what a thread has
 * allocated, and that is put down to the context that the thread is seen in. Used by one thread.
 */
final class Allocations {
  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final Map<Long, Long> seen = new HashMap<>();
  private final Map<ContextSlot, Long> bytes = new HashMap<>();
  private boolean counting;

  /** A context, and the bytes that it has allocated. */
  record Share(ContextSlot slot, long bytes) {}

  /** There is room: nobody is to blame for what was allocated until now. */
  void stop() {
    if (counting) {
      counting = false;
      seen.clear();
      bytes.clear();
    }
  }

  /** Puts down what has been allocated since the last look. */
  void look(Iterable<Runner> runners) {
    if (!counting) {
      counting = true;
      // Threads that are made later have allocated nothing before.
      long[] all = threads.getAllThreadIds();
      long[] allocated = threads.getThreadAllocatedBytes(all);
      for (int i = 0; i < all.length; i++) {
        seen.put(all[i], allocated[i]);
      }
    }
    for (Runner runner : runners) {
      ContextSlot place = runner.place();
      long now = threads.getThreadAllocatedBytes(runner.threadId());
      Long before = seen.put(runner.threadId(), now);
      if (place != null) {
        bytes.merge(place, Math.max(0, now - (before == null ? 0 : before)), Long::sum);
      }
    }
  }

  /** The context that has allocated most; null when none has allocated anything. */
  Share most() {
    Share most = null;
    for (Map.Entry<ContextSlot, Long> each : bytes.entrySet()) {
      if (most == null || each.getValue() > most.bytes()) {
        most = new Share(each.getKey(), each.getValue());
      }
    }
    return most;
  }

  /** So many bytes came back when a context's calls were ended: it does not hold them. */
  void returned(ContextSlot slot, long freed) {
    bytes.computeIfPresent(slot, (same, counted) -> Math.max(0, counted - Math.max(0, freed)));
  }

  /** A context has been closed. */
  void forget(ContextSlot slot) {
    bytes.remove(slot);
  }
}

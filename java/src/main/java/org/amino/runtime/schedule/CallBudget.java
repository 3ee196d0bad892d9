package org.amino.runtime.schedule;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ObjLongConsumer;

/**
 * How much one call may allocate, where the operator sets that. Calls pay nothing for it: the JVM counts what a thread
 * allocates, and a look compares that with the first look at the same call. A call that calls another object begins anew.
 * Used by one thread.
 */
final class CallBudget {
  /** In megabytes; absent or 0: a call may allocate as much as it likes. */
  private static final String PROPERTY = "amino.call_memory_mb";
  private static final long MB = 1 << 20;
  /** In place of what a thread had allocated: its call is told of once. */
  private static final long TOLD = Long.MAX_VALUE;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final Map<Long, Start> starts = new HashMap<>();
  private final long bytes;

  /** A call that a thread runs, by the number of calls that it has begun, and what it had allocated at the first look. */
  private record Start(long begun, long allocated) {}

  /** @param bytes that one call may allocate; 0: as much as it likes */
  CallBudget(long bytes) {
    this.bytes = bytes;
  }

  static CallBudget ofThisProcess() {
    return new CallBudget(Math.max(0, Long.getLong(PROPERTY, 0)) * MB);
  }

  boolean isSet() {
    return bytes > 0;
  }

  long megabytes() {
    return bytes / MB;
  }

  /** Looks at what each thread runs, and tells of contexts in which a call has allocated more than it may, and how much. */
  void look(Iterable<Runner> runners, ObjLongConsumer<ContextSlot> exceeded) {
    for (Runner runner : runners) {
      ContextSlot place = runner.place();
      if (place == null) {
        starts.remove(runner.threadId());
        continue;
      }
      long allocated = threads.getThreadAllocatedBytes(runner.threadId());
      Start start = starts.get(runner.threadId());
      if (start == null || start.begun() != runner.begun()) {
        starts.put(runner.threadId(), new Start(runner.begun(), allocated));
      } else if (allocated - start.allocated() > bytes) {
        starts.put(runner.threadId(), new Start(start.begun(), TOLD));
        exceeded.accept(place, allocated - start.allocated());
      }
    }
  }
}

package org.amino.runtime.schedule;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.ArrayList;
import java.util.List;

/** How full the heap of this JVM is, in parts from 0 to 1. */
final class Heap {
  private final List<MemoryPoolMXBean> longLived = new ArrayList<>();

  Heap() {
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      // New things fill their own place all the time, and leave it as often.
      String name = pool.getName();
      if (pool.getType() == MemoryType.HEAP && !name.contains("Eden") && !name.contains("Survivor")) {
        longLived.add(pool);
      }
    }
  }

  /** Bytes that it may grow to. */
  long limit() {
    return Runtime.getRuntime().maxMemory();
  }

  /** The part of the place for what lives long that is taken, with garbage. Costs a microsecond. */
  double taken() {
    double most = 0;
    for (MemoryPoolMXBean pool : longLived) {
      MemoryUsage usage = pool.getUsage();
      long limit = usage.getMax() > 0 ? usage.getMax() : limit();
      most = Math.max(most, (double) usage.getUsed() / limit);
    }
    return most;
  }

  /** Collects all garbage, which stops all threads, and answers the part of the heap that is in use. */
  double collect() {
    Runtime jvm = Runtime.getRuntime();
    System.gc();
    return (double) (jvm.totalMemory() - jvm.freeMemory()) / limit();
  }
}

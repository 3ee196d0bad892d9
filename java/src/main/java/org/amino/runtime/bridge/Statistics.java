package org.amino.runtime.bridge;

import java.util.LinkedHashMap;
import java.util.Map;
import org.amino.runtime.lane.Lane;
import org.amino.runtime.schedule.Artifact;
import org.amino.runtime.schedule.Scheduler;

/** What `stats` tells. */
final class Statistics {
  private Statistics() {}

  static Map<String, Object> of(Scheduler scheduler, Lane lane) {
    Map<String, Object> contexts = new LinkedHashMap<>();
    for (Artifact artifact : scheduler.artifacts().values()) {
      contexts.put(artifact.source().hash(), artifact.openContexts());
    }
    Runtime jvm = Runtime.getRuntime();
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("objects", scheduler.objects().size());
    all.put("contexts", contexts);
    all.put("calls", scheduler.callsRun());
    all.put("forwarded", scheduler.counters().forwarded());
    all.put("delegated", scheduler.counters().delegated());
    all.put("heap_used", jvm.totalMemory() - jvm.freeMemory());
    all.put("heap_limit", jvm.maxMemory());
    all.put("languages", scheduler.factory().languages());
    all.put("engine", scheduler.factory().engineName());
    all.put("busy", scheduler.objects().busy());
    all.put("running", scheduler.objects().runningCalls());
    all.put("connections", lane.connections());
    all.put("connection_bytes", lane.bytesHeld());
    return all;
  }
}

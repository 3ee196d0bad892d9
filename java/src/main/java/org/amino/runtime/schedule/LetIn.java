package org.amino.runtime.schedule;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** The calls that a delegation has let in and that have not ended. Its delegation guards it. */
final class LetIn {
  private final Set<Call> queued = new LinkedHashSet<>();
  /** The call that a reading thread runs at once; there is one at most, since it owns the context. */
  private Call atOnce;
  /** Those of which the Python half was told at the end; null before. */
  private Map<Call, UnderWay> reported;

  void atOnce(Call call) {
    atOnce = call;
  }

  void add(Call call) {
    queued.add(call);
  }

  /** A call that a reading thread ran at once has given a promise, and lets go of its bytes. */
  void waits(Call call) {
    if (atOnce == call) {
      call.readIds();
      atOnce = null;
      queued.add(call);
    }
  }

  /** A call has ended. Returns who waits for its outcome, where the Python half was told of it; else null. */
  UnderWay remove(Call call) {
    if (atOnce == call) {
      atOnce = null;
    } else {
      queued.remove(call);
    }
    return reported == null ? null : reported.remove(call);
  }

  /** Has the Python half wait for the outcome of each. Returns their numbers. */
  Map<Call, Long> report(Delegated delegated) {
    Set<Call> open = new LinkedHashSet<>(queued);
    if (atOnce != null) {
      open.add(atOnce);
    }
    reported = new LinkedHashMap<>();
    Map<Call, Long> numbers = new LinkedHashMap<>();
    for (Call call : open) {
      Delegated.Numbered known = delegated.add();
      reported.put(call, known.call());
      numbers.put(call, known.number());
    }
    return numbers;
  }

  /** Whether all have ended of which the Python half was told. */
  boolean isOver() {
    return reported != null && reported.isEmpty();
  }
}

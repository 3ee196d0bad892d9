package org.amino.runtime.schedule;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Times in a ring of buckets: adding costs the same however many there are, and what is over by itself is dropped when its bucket comes round.
 * Pure: time comes in, what is due goes out. Not thread-safe.
 *
 * @param <T> what has a deadline
 */
final class DeadlineWheel<T> {
  private record Timed<T>(long at, T what) {}

  private final long tick;
  private final List<List<Timed<T>>> buckets;
  private long ticks;
  private int size;

  /**
   * @param now nanoseconds, on any clock that only counts up
   * @param tick nanoseconds per bucket
   */
  DeadlineWheel(long now, long tick, int buckets) {
    this.tick = tick;
    this.ticks = Math.floorDiv(now, tick);
    this.buckets = new ArrayList<>(buckets);
    for (int i = 0; i < buckets; i++) {
      this.buckets.add(new ArrayList<>());
    }
  }

  /** Due at the first {@link #advance} that is not before {@code deadline}. */
  void add(long deadline, T what) {
    long at = Math.max(Math.floorDiv(deadline, tick) + 1, ticks + 1);
    bucket(at).add(new Timed<>(deadline, what));
    size++;
  }

  private List<Timed<T>> bucket(long at) {
    return buckets.get((int) Math.floorMod(at, (long) buckets.size()));
  }

  /** Moves on to {@code now}, drops what is over, and returns what is due, earliest bucket first. */
  List<T> advance(long now, Predicate<T> over) {
    List<T> due = new ArrayList<>();
    long target = Math.floorDiv(now, tick);
    // After a long pause each bucket needs one visit, not one for each tick that passed.
    long from = Math.max(ticks + 1, target - buckets.size() + 1);
    for (long at = from; at <= target; at++) {
      visit(bucket(at), now, over, due);
    }
    ticks = Math.max(ticks, target);
    return due;
  }

  private void visit(List<Timed<T>> bucket, long now, Predicate<T> over, List<T> due) {
    Iterator<Timed<T>> each = bucket.iterator();
    List<Timed<T>> later = null;
    while (each.hasNext()) {
      Timed<T> timed = each.next();
      if (over.test(timed.what())) {
        size--;
      } else if (timed.at() - now <= 0) {
        size--;
        due.add(timed.what());
      } else {
        later = later == null ? new ArrayList<>() : later;
        later.add(timed);
      }
    }
    bucket.clear();
    if (later != null) {
      bucket.addAll(later);
    }
  }

  int size() {
    return size;
  }

  void forEach(Consumer<T> action) {
    for (List<Timed<T>> bucket : buckets) {
      for (Timed<T> timed : bucket) {
        action.accept(timed.what());
      }
    }
  }
}

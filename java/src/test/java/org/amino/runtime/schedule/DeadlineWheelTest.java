package org.amino.runtime.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DeadlineWheelTest {
  private final DeadlineWheel<String> wheel = new DeadlineWheel<>(0, 10, 8);

  @Test
  void nothingIsDueBeforeItsTime() {
    wheel.add(25, "a");
    assertEquals(List.of(), wheel.advance(24, each -> false));
    assertEquals(List.of("a"), wheel.advance(39, each -> false));
    assertEquals(List.of(), wheel.advance(1000, each -> false));
    assertEquals(0, wheel.size());
  }

  @Test
  void aTimeBeyondOneTurnOfTheRingWaitsForItsOwn() {
    wheel.add(500, "late");
    for (long now = 0; now < 500; now += 10) {
      assertEquals(List.of(), wheel.advance(now, each -> false), "at " + now);
    }
    assertEquals(List.of("late"), wheel.advance(520, each -> false));
  }

  @Test
  void whatIsOverIsDropped() {
    wheel.add(1000, "a");
    wheel.add(1000, "b");
    for (long now = 0; now < 200; now += 10) {
      wheel.advance(now, "a"::equals);
    }
    assertEquals(1, wheel.size());
  }

  @Test
  void aLongPauseLosesNothing() {
    wheel.add(15, "a");
    wheel.add(75, "b");
    wheel.add(100_000, "c");
    assertEquals(Set.of("a", "b"), new HashSet<>(wheel.advance(50_000, each -> false)));
    assertEquals(1, wheel.size());
  }

  @Test
  void clocksMayBeNegative() {
    DeadlineWheel<String> early = new DeadlineWheel<>(-1_000, 10, 8);
    early.add(-950, "a");
    assertEquals(List.of(), early.advance(-960, each -> false));
    assertEquals(List.of("a"), early.advance(-930, each -> false));
  }

  @Test
  void everythingIsDueOnceAndInTime() {
    long seed = System.nanoTime();
    System.out.println("DeadlineWheelTest seed " + seed);
    Random random = new Random(seed);
    DeadlineWheel<Long> random1 = new DeadlineWheel<>(0, 5, 16);
    List<Long> due = new ArrayList<>();
    int added = 0;
    for (long now = 0; now < 5_000; now += 1 + random.nextInt(12)) {
      if (now < 4_000) {
        random1.add(now + random.nextInt(300), now);
        added++;
      }
      due.addAll(random1.advance(now, each -> false));
    }
    assertEquals(added, due.size());
    assertEquals(added, new HashSet<>(due).size());
    assertTrue(random1.size() == 0);
  }
}

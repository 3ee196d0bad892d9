package org.amino.runtime.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.concurrent.atomic.AtomicLong;
import org.amino.runtime.wire.Protocol;
import org.junit.jupiter.api.Test;

/** States whose pieces nobody fetches any more. */
class UnfinishedStatesTest {
  private static final long MINUTE = 60_000_000_000L;
  private static final int BIG = Protocol.STATE_LIMIT;

  private final AtomicLong now = new AtomicLong();
  private final UnfinishedStates states = new UnfinishedStates(now::get);

  @Test
  void aStateThatNobodyAsksForGoesAfterAMinute() {
    states.put(1, new byte[10]);
    now.addAndGet(MINUTE / 2);
    states.put(2, new byte[20]);
    now.addAndGet(MINUTE / 2 + 1);
    states.put(3, new byte[30]);
    assertNull(states.get(1));
    assertNotNull(states.get(2));
    assertEquals(50, states.bytes());
  }

  @Test
  void aStateThatIsFetchedSlowlyStays() {
    states.put(1, new byte[10]);
    for (long number = 2; number < 10; number++) {
      now.addAndGet(MINUTE - 1);
      assertNotNull(states.get(1));
      states.put(number, new byte[1]);
    }
    assertEquals(10, states.remove(1).length);
  }

  @Test
  void theSumIsBoundedAndTheOneThatHasWaitedLongestGoesFirst() {
    for (long number = 1; number <= 4; number++) {
      states.put(number, new byte[BIG]);
    }
    assertNotNull(states.get(1));
    states.put(5, new byte[BIG]);
    assertNull(states.get(2));
    assertNotNull(states.get(1));
    assertEquals(4L * BIG, states.bytes());
  }

  @Test
  void aNumberThatComesAgainCountsOnce() {
    states.put(1, new byte[10]);
    states.put(1, new byte[30]);
    assertEquals(30, states.bytes());
    assertEquals(30, states.remove(1).length);
    assertEquals(0, states.bytes());
    assertNull(states.remove(1));
  }
}

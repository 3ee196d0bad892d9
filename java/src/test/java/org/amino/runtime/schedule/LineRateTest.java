package org.amino.runtime.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** How many lines pass. */
class LineRateTest {
  private static final long SECOND = 1_000_000_000L;

  private final LineRate rate = new LineRate(10, 2, 0);

  private int passing(int tries, long now) {
    int passed = 0;
    for (int i = 0; i < tries; i++) {
      passed += rate.passes(8, now) ? 1 : 0;
    }
    return passed;
  }

  @Test
  void soManyPassAtOnceAndSoManyASecondAfterThat() {
    assertEquals(10, passing(1000, 0));
    assertEquals(2, passing(1000, SECOND));
    assertEquals(4, passing(1000, 3 * SECOND));
  }

  @Test
  void whoIsSilentForLongMayPrintAsManyAtOnceAsInTheBeginning() {
    assertEquals(10, passing(1000, 0));
    assertEquals(10, passing(1000, 3600 * SECOND));
  }

  @Test
  void aLongLineCountsAsSeveralAndOneThatDoesNotPassDoesNotCount() {
    assertTrue(rate.passes(256 * 8, 0));
    assertFalse(rate.passes(256, 0));
    assertTrue(rate.passes(255, 0));
  }
}

package org.amino.runtime.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** When the heap is looked through, and when it is too full. */
class HeapRuleTest {
  private static final long MB = 1 << 20;

  private final HeapRule rule = new HeapRule(640 * MB);

  @Test
  void aReserveStaysFreeThatIsNeitherMostOfASmallHeapNorNothingOfAGreatOne() {
    assertEquals(0.65, new HeapRule(100 * MB).full());
    assertEquals(0.9, rule.full(), 1e-9);
    assertEquals(0.9, new HeapRule(64_000 * MB).full(), 1e-9);
  }

  @Test
  void aCollectionThatFoundLittleGarbageIsNotRepeatedAtOnce() {
    assertFalse(rule.mustCollect(0.84));
    assertTrue(rule.mustCollect(0.86));
    assertFalse(rule.isFull(0.84));
    assertFalse(rule.mustCollect(0.86));
    assertTrue(rule.mustCollect(0.88));
  }

  @Test
  void afterACollectionThatFoundMuchGarbageTheNextComesAsEarlyAsTheFirst() {
    assertFalse(rule.isFull(0.3));
    assertTrue(rule.mustCollect(0.86));
  }

  @Test
  void whoIsFullIsAskedAgainOnlyWhenHalfOfTheRestIsTaken() {
    assertTrue(rule.isFull(0.92));
    assertFalse(rule.mustCollect(0.95));
    assertTrue(rule.mustCollect(0.96));
    rule.calm();
    assertTrue(rule.mustCollect(0.86));
  }
}

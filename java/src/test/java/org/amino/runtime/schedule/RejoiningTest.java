package org.amino.runtime.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** How long a state waits for the callers that were answered together last. */
class RejoiningTest {
  private static final long SAVE = 300_000;

  private final Rejoining rejoining = new Rejoining();
  private long now = 1_000_000;

  private void come(int calls) {
    for (int i = 0; i < calls; i++) {
      rejoining.came();
    }
  }

  @Test
  void aLoneCallerNeverWaits() {
    for (int i = 0; i < 10; i++) {
      rejoining.came();
      assertFalse(rejoining.waits(now));
      rejoining.answered(1, SAVE);
    }
  }

  @Test
  void callersWhoWereAnsweredTogetherShareTheNextSave() {
    rejoining.answered(4, SAVE);
    come(3);
    assertTrue(rejoining.waits(now));
    assertEquals(now + SAVE, rejoining.until());
    now += SAVE / 2;
    assertTrue(rejoining.waits(now), "the first moment counts");
    assertTrue(rejoining.waitsUntil(1_000_000 + SAVE));
    come(1);
    assertFalse(rejoining.waits(now));
    assertFalse(rejoining.waitsUntil(1_000_000 + SAVE));
  }

  @Test
  void whatCameDuringTheSaveDoesNotStandForThoseWhoWereAnswered() {
    come(5);
    rejoining.answered(2, SAVE);
    assertTrue(rejoining.waits(now));
    come(2);
    assertFalse(rejoining.waits(now));
  }

  @Test
  void noWaitIsLongerThanTheLongest() {
    rejoining.answered(2, 60_000_000_000L);
    assertTrue(rejoining.waits(now));
    assertEquals(now + Rejoining.LONGEST_NANOS, rejoining.until());
  }

  @Test
  void aWaitThatDoesNotPayIsTriedLessAndLessOften() {
    int waits = 0;
    for (int save = 0; save < 1_000; save++) {
      rejoining.answered(2, SAVE);
      come(1);
      if (rejoining.waits(now)) {
        waits++;
        rejoining.giveUp();
        assertFalse(rejoining.waits(now), "it has waited");
      }
    }
    assertTrue(waits >= 10 && waits <= 25, "it waited " + waits + " times");
  }

  @Test
  void aWaitThatPaysMakesUpForThoseThatDidNot() {
    rejoining.answered(2, SAVE);
    assertTrue(rejoining.waits(now));
    rejoining.giveUp();
    rejoining.answered(2, SAVE);
    assertFalse(rejoining.waits(now));
    for (int i = 0; i < 20; i++) {
      rejoining.answered(2, SAVE);
      assertTrue(rejoining.waits(now));
      come(2);
      assertFalse(rejoining.waits(now));
    }
  }
}

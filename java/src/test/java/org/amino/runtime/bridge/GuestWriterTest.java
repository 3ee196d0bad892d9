package org.amino.runtime.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Vector;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What guests say leaves in turns, and no faster than it is read. */
@Timeout(60)
class GuestWriterTest {
  private final List<String> sent = new Vector<>();
  private final CountDownLatch done = new CountDownLatch(1);

  private void say(GuestWriter writer, String whose, int number) {
    writer.later(whose, 1, () -> sent.add(whose + number));
  }

  @Test
  void theFewMessagesOfAContextDoNotWaitBehindTheManyOfAnother() throws Exception {
    GuestWriter writer = new GuestWriter(() -> {});
    CountDownLatch held = new CountDownLatch(1);
    writer.later("first", 0, () -> {
      try {
        held.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
    for (int i = 0; i < 1000; i++) {
      say(writer, "a", i);
    }
    say(writer, "b", 0);
    say(writer, "b", 1);
    writer.later("a", 0, done::countDown);
    held.countDown();
    assertTrue(done.await(30, TimeUnit.SECONDS));
    assertEquals(List.of("a0", "b0", "a1", "b1", "a2", "a3"), sent.subList(0, 6));
    assertEquals(1002, sent.size());
  }

  @Test
  void nothingMoreLeavesUntilWhatLeftHasBeenRead() throws Exception {
    Semaphore read = new Semaphore(0);
    CountDownLatch paced = new CountDownLatch(1);
    GuestWriter writer = new GuestWriter(() -> {
      paced.countDown();
      read.acquireUninterruptibly();
    });
    for (int i = 0; i < 200; i++) {
      say(writer, "a", i);
    }
    writer.later("a", 0, done::countDown);
    assertTrue(paced.await(30, TimeUnit.SECONDS));
    assertEquals(63, sent.size());
    read.release(100);
    assertTrue(done.await(30, TimeUnit.SECONDS));
    assertEquals(200, sent.size());
  }

  @Test
  void thereIsNoRoomForLinesWhileMuchWaits() throws Exception {
    GuestWriter writer = new GuestWriter(() -> {});
    CountDownLatch held = new CountDownLatch(1);
    writer.later("a", 0, () -> {
      try {
        held.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
    writer.later("a", 16 << 20, () -> {});
    assertFalse(writer.hasRoom());
    writer.later("a", 0, done::countDown);
    held.countDown();
    assertTrue(done.await(30, TimeUnit.SECONDS));
    assertTrue(writer.hasRoom());
  }
}

package org.amino.runtime.schedule;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** How full the heap of this very JVM is, and what is held back in it. */
class HeapTest {
  @Test
  void whatIsKeptIsInUseAfterACollection() {
    Heap heap = new Heap();
    byte[] kept = new byte[32 << 20];
    double used = heap.collect();
    assertTrue(used * heap.limit() > kept.length, used + " of " + heap.limit());
    assertTrue(used < 1 && heap.taken() <= 1);
  }

  @Test
  void theReserveIsGoneWhenTheJvmHasFoundNoRoom() {
    Heap heap = new Heap();
    Reserve reserve = new Reserve(4 << 20);
    assertFalse(reserve.isHeld());
    reserve.take();
    heap.collect();
    assertTrue(reserve.isHeld(), "a collection alone does not take it");
    try {
      byte[][] all = new byte[1 << 12][];
      for (int i = 0; i < all.length && reserve.isHeld(); i++) {
        all[i] = new byte[(int) Math.min(1 << 28, heap.limit() / 8)];
      }
    } catch (OutOfMemoryError none) {
      assertFalse(reserve.isHeld(), "nobody is told that there is no memory while the reserve is there");
    }
    assertFalse(reserve.isHeld());
    reserve.take();
    reserve.give();
    assertFalse(reserve.isHeld());
  }
}

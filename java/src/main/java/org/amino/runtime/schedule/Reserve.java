package org.amino.runtime.schedule;

import java.lang.ref.SoftReference;

/**
 * Memory that the JVM takes back by itself before any thread is told that there is none: it is held softly. So its end is
 * the one sure sign that the heap is full. How much is in use does not say so, for large arrays leave gaps between them
 * that G1 cannot use: with arrays of 800 kB a fifth of the heap looks free when nothing fits any more.
 */
final class Reserve {
  private static final int PIECE = 256 << 10;

  private final int pieces;
  private volatile SoftReference<byte[][]> held = new SoftReference<>(null);

  /** @param bytes how much to hold */
  Reserve(long bytes) {
    pieces = (int) Math.max(1, bytes / PIECE);
  }

  /** Takes the memory. */
  void take() {
    byte[][] taken = new byte[pieces][];
    for (int i = 0; i < pieces; i++) {
      taken[i] = new byte[PIECE];
    }
    held = new SoftReference<>(taken);
  }

  /** Whether it is still held. Asked often, or the JVM would think that nobody needs it. */
  boolean isHeld() {
    return held.get() != null;
  }

  /** Gives it back, so that there is memory to put an end to whatever fills the heap. */
  void give() {
    held.clear();
  }
}

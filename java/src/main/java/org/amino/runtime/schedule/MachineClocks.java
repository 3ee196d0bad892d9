package org.amino.runtime.schedule;

/** The two clocks of a machine that every JVM can read. Tests put their own in their place. */
public interface MachineClocks {
  /** Those of this machine. */
  MachineClocks SYSTEM = new MachineClocks() {
    @Override
    public long monotonicNanos() {
      return System.nanoTime();
    }

    @Override
    public long timeOfDayMillis() {
      return System.currentTimeMillis();
    }
  };

  /** Never set, but on most systems it stands still while the machine is suspended ({@link System#nanoTime}). */
  long monotonicNanos();

  /** Goes on while the machine is suspended, but people and time servers set it ({@link System#currentTimeMillis}). */
  long timeOfDayMillis();
}

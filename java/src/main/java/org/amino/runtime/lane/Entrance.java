package org.amino.runtime.lane;

import org.amino.runtime.schedule.ContextSlot;
import org.amino.runtime.schedule.HostedObject;
import org.amino.runtime.schedule.Scheduler;

/** Where a reading thread gets into a context, to run a call at once instead of queueing it. */
final class Entrance {
  private static final int SPINS = 64;

  private final Scheduler scheduler;

  Entrance(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  /** Enters the context of an object if the object may run at once. */
  boolean enter(HostedObject object) {
    ContextSlot slot = object.slot();
    for (int spin = 0; !slot.tryEnter(); spin++) {
      if (spin == SPINS) {
        return false;
      }
      Thread.onSpinWait();
    }
    if (object.runsAtOnce()) {
      return true;
    }
    // Not run here: this call is not done, and a successor would begin with the next one.
    if (slot.leave()) {
      scheduler.workers().execute(slot);
    }
    return false;
  }
}

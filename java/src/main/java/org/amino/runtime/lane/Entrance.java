package org.amino.runtime.lane;

import org.amino.runtime.schedule.Call;
import org.amino.runtime.schedule.ContextSlot;
import org.amino.runtime.schedule.Delegated;
import org.amino.runtime.schedule.Delegation;
import org.amino.runtime.schedule.HostedObject;
import org.amino.runtime.schedule.Scheduler;
import org.amino.runtime.schedule.Ticket;
import org.amino.runtime.wire.Protocol;

/** Where a reading thread gets into a context, to run a call at once instead of queueing it. */
final class Entrance {
  private static final int SPINS = 64;

  private final Scheduler scheduler;

  Entrance(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  /**
   * Enters for a call with flags and no other options, if it may run at once and needs no manager.
   *
   * @param fromKernel whether the Python half sends it
   * @param call aimed at the member, with a sink: others may ask what it is as soon as a delegation lets it in
   */
  boolean enter(HostedObject.Bound bound, int flags, boolean fromKernel, Call call) {
    HostedObject object = bound.object();
    if (fromKernel || object.takesCalls(flags)) {
      return enter(object);
    }
    Delegated delegated = object.delegated();
    if (delegated != null && (flags & Protocol.FLAG_PROXIES_DONE) != 0 && delegated.lent().letsIn(bound.name())) {
      return enter(object);
    }
    Delegation delegation = delegated == null ? null : delegated.present();
    return delegation != null && delegation.takes(bound.name(), flags) && enter(object, delegation, null, call);
  }

  /** Enters the context of an object if the object may run at once. */
  boolean enter(HostedObject object) {
    return enter(object, null, null, null);
  }

  /**
   * The same for a call that needs no manager, as far as a delegation lets it in.
   *
   * @param delegation null: the call needs none
   * @param ticket null: the call has no options
   * @param call as above
   */
  boolean enter(HostedObject object, Delegation delegation, Ticket ticket, Call call) {
    if (delegation != null && !delegation.runsAtOnce()) {
      return false;
    }
    ContextSlot slot = object.slot();
    for (int spin = 0; !slot.tryEnter(); spin++) {
      if (spin == SPINS) {
        return false;
      }
      Thread.onSpinWait();
    }
    if (object.runsAtOnce() && (delegation == null || delegation.begin(call, ticket))) {
      return true;
    }
    // Not run here: this call is not done, and a successor would begin with the next one.
    if (slot.leave()) {
      scheduler.workers().execute(slot);
    }
    return false;
  }
}

package org.amino.runtime.schedule;

import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.schedule.ObjectGate.Phase;

/**
 * Lets go of the guest of an object whose context was closed by force, as soon as nothing runs in there any more. The
 * object stays in the table and tells why it was lost, until it is destroyed or made again.
 */
final class LostObject extends Task {
  private final HostedObject object;

  LostObject(HostedObject object) {
    this.object = object;
  }

  @Override
  void run(Runner runner) {
    refuse(object.absence());
  }

  @Override
  void refuse(GuestFailure failure) {
    for (Task waited : object.end(Phase.LOST)) {
      waited.refuse(failure);
    }
  }

  @Override
  boolean mayNest(Waiter waiter) {
    return false;
  }
}

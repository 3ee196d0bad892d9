package org.amino.runtime.schedule;

import org.amino.runtime.guest.GuestFailure;

/** A piece of a guest's own work that needs the context, such as settling a promise. */
final class Entry extends Task {
  private static final System.Logger LOG = System.getLogger(Entry.class.getName());
  private final ContextSlot slot;
  private final Call continued;
  private final Runnable work;

  /** @param continued the call whose work this goes on with, or null */
  Entry(ContextSlot slot, Call continued, Runnable work) {
    this.slot = slot;
    this.continued = continued;
    this.work = work;
  }

  @Override
  void run(Runner runner) {
    Call below = slot.running();
    Call call = continuation();
    slot.occupy(call, runner);
    slot.scheduler().monitor().track(call);
    try {
      work.run();
    } catch (RuntimeException | Error thrown) {
      // The guest's own handler has seen what its code raised; there is no caller to tell.
      LOG.log(System.Logger.Level.WARNING, "while " + call.title() + " went on", thrown);
    } finally {
      slot.running(below);
      call.ended();
      call.claim();
    }
  }

  /** A call without a caller: it has the chain and the deadline of what it goes on with, and ends when the work does. */
  private Call continuation() {
    Scheduler scheduler = slot.scheduler();
    Call call = new Call();
    if (continued == null) {
      call.aim(null, "(continuation)", null, null, 0, 0);
      call.chain(Chain.begin(scheduler.newRequestId()));
    } else {
      call.aim(continued.target(), continued.method(), continued.object(), null, 0, 0);
      call.chain(continued.chain());
      call.origin(continued.origin());
    }
    call.slot(slot);
    call.reply(Nobody.INSTANCE, 0, continued == null ? scheduler.defaultDeadline() : continued.deadline());
    call.beginAtOnce();
    return call;
  }

  @Override
  void refuse(GuestFailure failure) {}

  @Override
  boolean mayNest(Waiter waiter) {
    return false;
  }
}

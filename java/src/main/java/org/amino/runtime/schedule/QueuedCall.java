package org.amino.runtime.schedule;

import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.PendingResult;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.Protocol.Outcome;

/** A call that waits for its turn at its object. */
public final class QueuedCall extends Task {
  private static final GuestFailure NOT_BEGUN = GuestFailure.of(Code.CANCELLED, "nobody waits for the call any more").with(Outcome.NOT_RUN);

  private final Call call;

  public QueuedCall(Call call) {
    this.call = call;
  }

  @Override
  void run(Runner runner) {
    HostedObject object = call.object();
    switch (object.gate().admitCall(this, () -> object.insideOf(call))) {
      case RUN -> runAdmitted(runner);
      case REFUSED -> refuse(object.absence());
      case PARKED -> {}
    }
  }

  private void runAdmitted(Runner runner) {
    HostedObject object = call.object();
    if (call.sink().abandoned() || !call.begin()) {
      call.claim();
      call.hasEnded(NOT_BEGUN);
      call.sink().left(call);
      return;
    }
    GuestFailure refusal = call.sink().crowded() ? crowded() : object.refusal(call);
    if (refusal != null) {
      refuse(refusal.with(Outcome.NOT_RUN));
      return;
    }
    ContextSlot slot = object.slot();
    Call below = slot.running();
    MsgpackWriter out = below == null ? runner.scratch() : new MsgpackWriter();
    call.nestOn(below);
    slot.occupy(call, runner);
    long started = object.isSlow() ? System.nanoTime() : 0;
    PendingResult pending = invoke(object, out);
    slot.running(below);
    runner.ran();
    call.ended();
    call.unnest();
    if (started != 0 && System.nanoTime() - started < Monitor.TICK_NANOS) {
      object.wasQuick();
    }
    if (pending != null) {
      new Settlement(call, slot).await(pending);
    } else if (!call.hasRun(out.buffer(), 0, out.position())) {
      call.answerHeld(slot.scheduler().lease(), out.buffer(), 0, out.position());
    }
    runner.later(call.sink());
  }

  private PendingResult invoke(HostedObject object, MsgpackWriter out) {
    HostedObject.Bound bound;
    try {
      bound = object.bind(call.method());
    } catch (Throwable thrown) {
      Execution.raise(out, 0, Execution.failure(thrown).with(Outcome.NOT_RUN));
      return null;
    }
    return Execution.run(bound, call.args(), call.kwargs(), out, call);
  }

  private GuestFailure crowded() {
    return GuestFailure.of(Code.OVERLOADED, call.title() + " was not run: the answers that its caller has not read hold more than its share of this kernel's memory;"
        + " read them, then call again");
  }

  @Override
  void refuse(GuestFailure failure) {
    call.hasEnded(failure.with(Outcome.NOT_RUN));
    if (call.fail(failure)) {
      call.object().slot().flushLater(call.sink());
    } else {
      call.sink().left(call);
    }
  }

  @Override
  boolean mayNest(Waiter waiter) {
    HostedObject object = call.object();
    return call.chain().id().equals(waiter.chain().id()) && (!waiter.isInside(object) || object.insideOf(call) != null);
  }
}

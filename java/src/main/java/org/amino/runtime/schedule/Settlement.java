package org.amino.runtime.schedule;

import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.PendingResult;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.Protocol.Outcome;

/** A call whose member gave a promise: the context is free meanwhile, the object is not, except for calls of the same chain. */
public final class Settlement implements PendingResult.Settled {
  private static final GuestFailure GIVEN_UP = GuestFailure.of(Code.CANCELLED, "the call was given up while it ran").with(Outcome.UNKNOWN);

  private final Call call;
  private final ContextSlot slot;
  private boolean over;

  public Settlement(Call call, ContextSlot slot) {
    this.call = call;
    this.slot = slot;
  }

  /** Begins to wait. Called by the owner of the context. */
  public void await(PendingResult pending) {
    call.waits();
    call.dropBytes();
    call.settlement(this);
    call.object().gate().unsettled(call.chain().id());
    call.object().unsettledCall(call);
    slot.scheduler().monitor().track(call);
    pending.onSettled(this);
    if (call.isAnswered()) {
      // Given up between its return and here, where nobody looked for a promise.
      abandon();
    }
  }

  @Override
  public void value(byte[] encoded) {
    if (!call.hasRun(encoded, 0, encoded.length)) {
      call.answerHeld(slot.scheduler().lease(), encoded, 0, encoded.length);
    }
    end();
  }

  @Override
  public void failure(GuestFailure failure) {
    GuestFailure traced = call.object().traced(failure, call.method());
    if (!call.hasEnded(traced)) {
      call.fail(traced);
    }
    end();
  }

  /** Frees the object, also for calls that were given up. Called by an owner of the context; later calls change nothing. */
  void end() {
    if (over) {
      return;
    }
    over = true;
    call.hasEnded(GIVEN_UP);
    HostedObject object = call.object();
    if (object.unsettledCall() == call) {
      object.unsettledCall(null);
    }
    slot.readmit(object.gate().settled(call.chain().id()));
    slot.flushLater(call.sink());
  }

  /** The call was given up: the object is freed as soon as its context is. */
  void abandon() {
    slot.submit(new Entry(slot, null, this::end));
  }
}

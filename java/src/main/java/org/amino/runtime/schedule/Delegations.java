package org.amino.runtime.schedule;

import java.util.List;
import java.util.Map;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.Protocol.Code;

/** The operations by which the Python half delegates calls to the gates of objects, and takes them back. */
public final class Delegations {
  private final Scheduler scheduler;

  public Delegations(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  /**
   * Offers calls to an object's gate that need no manager until `recall`. Answered when calls that came before are on their way to the Python half.
   *
   * @throws GuestFailure ARGUMENT_INVALID when something is delegated already
   */
  public void delegate(Call call, HostedObject object) throws GuestFailure {
    Delegated delegated = object.delegates();
    if (delegated.present() != null) {
      throw GuestFailure.of(Code.ARGUMENT_INVALID, "calls of object " + object.title() + " are delegated already; recall them first");
    }
    Delegation delegation = new Delegation(object, () -> Objects.keep(object));
    asked(call, object, "delegate");
    delegated.offer(delegation);
    delegation.offered(call);
  }

  /**
   * The calls that came before the offer have come back to this half: the gate lets calls in.
   *
   * @param options `members` (absent: all), `free`, `calls` (absent: any number), `proxied`, `alone`, `header` in which calls carry a number (absent: they carry
   *     none), `sessions` (the last number that is known of each), `withholds`, `captures`
   */
  public void open(Call call, HostedObject object, Map<String, Object> options) throws GuestFailure {
    Delegation delegation = present(object);
    DelegationTerms terms = DelegationTerms.of(options);
    call.aim(object.id(), "open", object, call.buffer(), call.argsFrom(), call.argsTo());
    scheduler.submit(call, new Operation(Operation.Kind.CONTEXT, call, out -> {
      object.delegates().opened(terms);
      delegation.open(terms);
      out.writeNil();
    }, null));
  }

  /**
   * Takes a delegation back; answered with what has run and what is under way.
   *
   * @param renews offers calls anew at once, where so many have run as may; the answer says so
   * @param again the answer to the last recall may not have been heard
   */
  public void recall(Call call, HostedObject object, boolean renews, boolean again) throws GuestFailure {
    asked(call, object, "recall");
    Delegation present = object.delegates().present();
    byte[] report = object.delegates().report();
    if (present == null && report != null) {
      call.answer(report, 0, report.length);
      call.sink().flush();
    } else {
      present(object).recall(call, renews && !again, again ? report : null);
    }
  }

  /** Answered when a call has ended that was under way at a recall. */
  public void outcome(Call call, HostedObject object, long number) throws GuestFailure {
    asked(call, object, "outcome");
    object.delegates().ask(number, call);
  }

  /**
   * A state that was captured with a mark is stored, or could not be: answers that waited for it leave.
   *
   * @param mark null: all answers that wait now
   * @param why null: it is stored
   */
  public void stored(HostedObject object, Long mark, GuestFailure why) {
    object.delegates().stored(mark == null ? Long.MAX_VALUE : mark, why);
  }

  /**
   * States that were captured with marks are stored, each of another instance. Instances that are not here any more had their callers told.
   *
   * @param marks pairs of an instance id and a mark
   */
  public void stored(MsgpackReader marks) {
    List<CallSink> leaving = StoredStates.release(scheduler, marks);
    if (!leaving.isEmpty()) {
      scheduler.workers().flush(leaving);
    }
  }

  /** It is answered when something else has happened, and has no turn of its own in the object's context. */
  private void asked(Call call, HostedObject object, String label) {
    call.aim(object.id(), label, null, call.buffer(), call.argsFrom(), call.argsTo());
    scheduler.monitor().track(call);
  }

  private static Delegation present(HostedObject object) throws GuestFailure {
    Delegation present = object.delegates().present();
    if (present == null) {
      throw GuestFailure.of(Code.ARGUMENT_INVALID, "nothing is delegated to the gate of object " + object.title());
    }
    return present;
  }
}

package org.amino.runtime.bridge;

import java.util.List;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.schedule.Call;
import org.amino.runtime.schedule.Delegations;
import org.amino.runtime.schedule.HostedObject;
import org.amino.runtime.schedule.Lent;
import org.amino.runtime.schedule.Scheduler;
import org.amino.runtime.wire.ErrorPayload;
import org.amino.runtime.wire.MsgpackReader;

/** The operations of docs/bridge.md by which calls are delegated to the gate of an object. */
final class DelegationOperations {
  private final Scheduler scheduler;
  private final Delegations delegations;

  DelegationOperations(Scheduler scheduler) {
    this.scheduler = scheduler;
    this.delegations = new Delegations(scheduler);
  }

  /** Operations on what is delegated to the gate of one object. Returns false when it is none of them. */
  boolean operate(Call call, Arguments args) throws GuestFailure {
    switch (call.method()) {
      case "delegate" -> delegations.delegate(call, scheduler.objects().require(args.text()));
      case "open" -> {
        HostedObject object = scheduler.objects().require(args.text());
        delegations.open(call, object, args.options());
      }
      case "recall" -> {
        HostedObject object = scheduler.objects().require(args.text());
        boolean renews = args.flagOrFalse();
        delegations.recall(call, object, renews, args.flagOrFalse());
      }
      case "lend" -> {
        Lent lent = scheduler.objects().require(args.text()).delegates().lent();
        List<String> members = args.texts();
        lent.terms(members, args.numberOrNull());
        Operations.answer(call, lent.told());
      }
      case "outcome" -> {
        HostedObject object = scheduler.objects().require(args.text());
        delegations.outcome(call, object, args.number());
      }
      case "stored" -> {
        HostedObject object = scheduler.objects().require(args.text());
        Long mark = args.numberOrNull();
        MsgpackReader error = args.value();
        delegations.stored(object, mark, error == null ? null : ErrorPayload.read(error));
        Operations.answer(call, null);
      }
      case "stored_all" -> {
        delegations.stored(args.requiredValue("a list of pairs"));
        Operations.answer(call, null);
      }
      default -> {
        return false;
      }
    }
    return true;
  }
}

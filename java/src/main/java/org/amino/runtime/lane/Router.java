package org.amino.runtime.lane;

import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.schedule.Call;
import org.amino.runtime.schedule.CallOptions;
import org.amino.runtime.schedule.Execution;
import org.amino.runtime.schedule.HostedObject;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.Protocol.Outcome;
import org.amino.runtime.wire.ValueRules;
import org.amino.runtime.wire.WireException;

/** Decides about a call that is not simply run: it has options, its member is not known yet, its object is busy, or it is for someone else. */
final class Router {
  /** Added to a forwarded call's time, so that the Python half's own answer to lateness, which knows more, comes first. */
  private static final long GRACE_NANOS = 250_000_000;

  private final RequestPass pass;
  private final Lane lane;
  private final Connection connection;
  private final MsgpackReader in = new MsgpackReader(new byte[0]);
  private final MsgpackReader kwargs = new MsgpackReader(new byte[0]);
  private RequestBatch gathered;

  /** @param gathered what a predecessor has gathered for the Python half, or null */
  Router(RequestPass pass, Lane lane, Connection connection, RequestBatch gathered) {
    this.pass = pass;
    this.lane = lane;
    this.connection = connection;
    this.gathered = gathered;
  }

  /** Calls that go to the Python half and have not left; null: none. */
  RequestBatch gathered() {
    return gathered;
  }

  /** Sends them. */
  void sendGathered() {
    if (gathered != null) {
      lane.kernelSide().forward(gathered);
      gathered = null;
    }
  }

  /** Runs, queues, forwards or refuses a call. Returns false when a successor has taken over. */
  boolean route(int at, int from, int argsFrom, int argsTo) {
    byte[] buffer = pass.buffer();
    in.reset(buffer, from, buffer.length);
    String target = in.readString();
    String method = in.readString();
    int optionsFrom = pass.optionsAt(at);
    CallOptions options = pass.current().options();
    options.clear();
    int optionsTo = -1;
    if (optionsFrom >= 0) {
      in.seek(optionsFrom);
      in.skip();
      optionsTo = in.position();
      GuestFailure unreadable = options(options, optionsFrom);
      if (unreadable != null) {
        pass.fail(at, unreadable);
        return true;
      }
    }
    long deadline = pass.deadline(options.budgetMs());
    Call call = new Call();
    call.aim(target, method, null, buffer, argsFrom, argsTo);
    call.reply(null, at, deadline);
    GuestFailure denied = connection.sender().refusal(target, method, options, buffer, connection.client());
    if (denied != null) {
      pass.fail(at, denied);
      options.clear();
      return true;
    }
    if (target.isEmpty()) {
      operate(call, deadline);
      return true;
    }
    HostedObject object = target.startsWith("@") ? null : lane.scheduler().objects().find(target);
    if (!connection.isKernel() && (object == null || !object.takesClientCalls(options))) {
      forward(call, from, argsTo, optionsFrom, deadline + GRACE_NANOS);
      return true;
    }
    GuestFailure refusal = refusal(object, target, deadline);
    if (refusal != null) {
      pass.fail(at, refusal);
      return true;
    }
    if (pass.entrance().enter(object)) {
      return runEntered(object, method, at, from, argsFrom, argsTo, deadline);
    }
    GuestFailure full = refusalToWait(call);
    if (full != null) {
      pass.fail(at, full);
      return true;
    }
    call.aim(target, method, object, buffer, argsFrom, argsTo);
    call.keepBytes(optionsFrom, optionsTo);
    call.weight(call.buffer().length);
    pass.detach(call, deadline);
    call.readIds();
    lane.scheduler().send(call);
    return true;
  }

  /** Reads the options of a call; a failure belongs to that call, not to the connection. */
  private GuestFailure options(CallOptions options, int from) {
    try {
      if (!connection.isKernel()) {
        in.seek(from);
        OptionRules.require(in);
      }
      in.seek(from);
      options.read(in);
      return null;
    } catch (WireException refused) {
      options.clear();
      return GuestFailure.of(refused.code(), refused.getMessage()).with(Outcome.NOT_RUN);
    }
  }

  private GuestFailure refusal(HostedObject object, String target, long deadline) {
    if (object == null) {
      return GuestFailure.of(Code.OBJECT_NOT_FOUND, "object " + target + " is not on kernel " + lane.scheduler().kernelId() + "; look it up again");
    }
    if (object.absenceKnown() != null) {
      return object.absenceKnown();
    }
    if (pass.isLate() && System.nanoTime() - deadline > 0) {
      return GuestFailure.of(Code.DEADLINE_EXCEEDED, "the call to " + target + " waited behind another of its frame for longer than its caller gave it");
    }
    return null;
  }

  /** Why a call that would have to wait is refused; null when it may wait. */
  private GuestFailure refusalToWait(Call call) {
    if (!connection.refuses()) {
      return null;
    }
    return GuestFailure.of(Code.OVERLOADED, call.title() + " was not run: calls and answers that wait hold too much of this kernel's memory;"
        + " wait for some of the calls that are under way, then call again");
  }

  private boolean runEntered(HostedObject object, String method, int at, int from, int argsFrom, int argsTo, long deadline) {
    Call current = pass.current();
    HostedObject.Bound bound;
    try {
      GuestFailure refusal = object.refusal(current);
      if (refusal != null) {
        throw refusal;
      }
      bound = object.bind(method);
    } catch (GuestFailure | RuntimeException | Error thrown) {
      pass.fail(at, Execution.failure(thrown));
      current.options().clear();
      return pass.leave(object.slot());
    }
    pass.members().put(pass.buffer(), from, argsFrom, bound);
    MsgpackReader named = null;
    if (current.options().hasKwargs()) {
      kwargs.reset(pass.buffer(), current.options().kwargsFrom(), current.options().kwargsTo());
      named = kwargs;
    }
    boolean mine = pass.run(bound, at, argsFrom, argsTo, deadline, named);
    if (pass.current() == current && mine) {
      current.options().clear();
    }
    return mine;
  }

  private void operate(Call call, long deadline) {
    call.keepBytes(-1, -1);
    pass.detach(call, deadline);
    lane.kernelSide().operate(call);
  }

  /** Whose call it is: a kernel may pass on somebody else's. */
  private String caller(CallOptions options) {
    String named = connection.sender() == Sender.PEER && options.namesClient() ? options.client(pass.buffer()) : "";
    return named.isEmpty() ? connection.client() : named;
  }

  private void forward(Call call, int from, int argsTo, int optionsFrom, long deadline) {
    try {
      ValueRules.requireDepth(pass.buffer(), from, argsTo);
      if (optionsFrom >= 0) {
        in.seek(optionsFrom);
        call.options().read(in);
        in.seek(optionsFrom);
        OptionRules.requireDepth(in);
      }
    } catch (WireException refused) {
      pass.fail(call.index(), GuestFailure.of(refused.code(), call.title() + ": " + refused.getMessage()));
      return;
    }
    GuestFailure full = refusalToWait(call);
    if (full != null) {
      pass.fail(call.index(), full);
      return;
    }
    call.weight(argsTo - from);
    pass.detach(call, deadline);
    if (gathered == null) {
      gathered = new RequestBatch(pass.budgetMs());
    }
    gathered.forward(call, pass.buffer(), from, argsTo, optionsFrom, caller(call.options()));
    call.sentOn();
    lane.scheduler().monitor().track(call);
  }
}

package org.amino.runtime.lane;

import java.util.Arrays;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.schedule.Call;
import org.amino.runtime.schedule.CallOptions;
import org.amino.runtime.schedule.Delegated;
import org.amino.runtime.schedule.Delegation;
import org.amino.runtime.schedule.Execution;
import org.amino.runtime.schedule.HostedObject;
import org.amino.runtime.schedule.Lent;
import org.amino.runtime.schedule.Ticket;
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

  /** The connection has ended before they left. */
  void dropGathered() {
    if (gathered != null) {
      gathered.sent();
      gathered = null;
    }
  }

  /** Sends them. */
  void sendGathered() {
    if (gathered != null) {
      lane.kernelSide().forward(gathered);
      gathered.sent();
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
    if (!connection.isKernel() && !takesClientCall(object, call, options)) {
      if (!managed(new Managed(call, object, at, from, argsFrom, argsTo, optionsFrom, optionsTo, deadline))) {
        return false;
      }
      pass.current().options().clear();
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
    if (mayWait(call)) {
      detach(call, object, optionsFrom, optionsTo, deadline);
      call.fixed(pass.current().fixed());
      lane.scheduler().send(call);
    }
    options.clear();
    return true;
  }

  private boolean takesClientCall(HostedObject object, Call call, CallOptions options) {
    return object != null && (object.takesClientCalls(options) || Lent.isLent(object, call, options)) && !options.isJoint(pass.buffer());
  }

  /** A call of a managed object, and where it stands in the frame. */
  private record Managed(
      Call call, HostedObject object, int at, int from, int argsFrom, int argsTo, int optionsFrom, int optionsTo, long deadline) {}

  /** A call that goes to the Python half, or to the object where the managers have delegated it. */
  private boolean managed(Managed it) {
    if (it.object == null || it.object.absenceKnown() != null || pass.isLate() && System.nanoTime() - it.deadline > 0) {
      forward(it, null);
      return true;
    }
    Delegated delegated = it.object.delegates();
    delegated.sending();
    Delegation delegation = delegated.present();
    if (delegation == null || delegation.isOver()) {
      forward(it, delegated);
      return true;
    }
    if (!parked(it, delegation)) {
      Ticket ticket = delegation.ticket(it.call.method(), pass.current().options(), pass.buffer());
      if (ticket != null) {
        pass.aim(it.object, it.call.method(), it.at, it.argsFrom, it.argsTo, it.deadline);
        if (pass.entrance().enter(it.object, delegation, ticket, pass.current())) {
          delegated.sent();
          return runEntered(it.object, it.call.method(), it.at, it.from, it.argsFrom, it.argsTo, it.deadline);
        }
      }
      boolean waits = ticket != null && (!mayWait(it.call) || queued(it, delegation, ticket));
      if (!waits && (delegation.closes(ticket) || !parked(it, delegation))) {
        forward(it, delegated);
        return true;
      }
    }
    delegated.sent();
    return true;
  }

  private boolean parked(Managed it, Delegation delegation) {
    synchronized (delegation) {
      if (!delegation.parks(pass.current().options())) {
        return false;
      }
      if (isPassable(it) && mayWait(it.call)) {
        byte[] bytes = Arrays.copyOfRange(pass.buffer(), it.from, Math.max(it.argsTo, it.optionsTo));
        detach(it.call, it.object, it.optionsFrom, it.optionsTo, it.deadline);
        int options = it.optionsFrom < 0 ? -1 : it.optionsFrom - it.from;
        delegation.park(new Parked(it.call, lane, bytes, it.argsTo - it.from, options, caller(it.call.options(), it.call.buffer()), pass.budgetMs()));
        lane.scheduler().monitor().track(it.call);
      }
      return true;
    }
  }

  private boolean queued(Managed it, Delegation delegation, Ticket ticket) {
    synchronized (delegation) {
      if (!delegation.hasRoom(ticket)) {
        return false;
      }
      detach(it.call, it.object, it.optionsFrom, it.optionsTo, it.deadline);
      delegation.queue(it.call, ticket);
    }
    lane.scheduler().send(it.call);
    return true;
  }

  /** Keeps a call that waits for its turn at its object. */
  private void detach(Call call, HostedObject object, int optionsFrom, int optionsTo, long deadline) {
    call.aim(call.target(), call.method(), object, pass.buffer(), call.argsFrom(), call.argsTo());
    call.keepBytes(optionsFrom, optionsTo);
    call.weight(call.buffer().length);
    pass.detach(call, deadline);
    call.readIds();
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
      if (connection.isKernel()) {
        options.readFixed(pass.buffer());
      }
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
    if (pass.isLate() && pass.current().fixed() == null && System.nanoTime() - deadline > 0) {
      return GuestFailure.of(Code.DEADLINE_EXCEEDED, "the call to " + target + " waited behind another of its frame for longer than its caller gave it");
    }
    return null;
  }

  /** Whether a call may wait, for its turn or for its answer; a call that may not is refused. */
  private boolean mayWait(Call call) {
    if (!connection.refuses()) {
      return true;
    }
    pass.fail(call.index(), GuestFailure.of(Code.OVERLOADED, call.title() + " was not run: calls and answers that wait hold too much of this kernel's memory;"
        + " wait for some of the calls that are under way, then call again"));
    return false;
  }

  private boolean runEntered(HostedObject object, String method, int at, int from, int argsFrom, int argsTo, long deadline) {
    Call current = pass.current();
    pass.aim(object, method, at, argsFrom, argsTo, deadline);
    HostedObject.Bound bound;
    try {
      GuestFailure refusal = object.refusal(current);
      if (refusal != null) {
        throw refusal;
      }
      bound = object.bind(method);
    } catch (GuestFailure | RuntimeException | Error thrown) {
      GuestFailure failure = Execution.failure(thrown);
      current.hasEnded(failure.with(Outcome.NOT_RUN));
      pass.fail(at, failure);
      current.options().clear();
      return pass.leave(object.slot());
    }
    pass.members().put(pass.buffer(), from, argsFrom, bound);
    MsgpackReader named = current.options().hasKwargs() ? kwargs : null;
    if (named != null) {
      named.reset(pass.buffer(), current.options().kwargsFrom(), current.options().kwargsTo());
    }
    boolean mine = pass.run(bound, named);
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

  /** Whose call it is, by options that were read from those bytes: a kernel may pass on somebody else's. */
  private String caller(CallOptions options, byte[] buffer) {
    String named = connection.sender() == Sender.PEER && options.namesClient() ? options.client(buffer) : "";
    return named.isEmpty() ? connection.client() : named;
  }

  /** @param delegated of the object, where that is one with managers; it hears when the call has been sent */
  private void forward(Managed it, Delegated delegated) {
    if (!gather(it, delegated) && delegated != null) {
      delegated.sent();
    }
  }

  /** Whether the values of a call may go to the Python half; a call whose values are nested too deeply is refused. */
  private boolean isPassable(Managed it) {
    try {
      ValueRules.requireDepth(pass.buffer(), it.from, it.argsTo);
      if (it.optionsFrom >= 0) {
        in.seek(it.optionsFrom);
        it.call.options().read(in);
        in.seek(it.optionsFrom);
        OptionRules.requireDepth(in);
      }
      return true;
    } catch (WireException refused) {
      pass.fail(it.call.index(), GuestFailure.of(refused.code(), it.call.title() + ": " + refused.getMessage()));
      return false;
    }
  }

  private boolean gather(Managed it, Delegated delegated) {
    Call call = it.call;
    if (!isPassable(it) || !mayWait(call)) {
      return false;
    }
    call.weight(it.argsTo - it.from);
    pass.detach(call, it.deadline + GRACE_NANOS);
    if (gathered == null) {
      gathered = new RequestBatch(pass.budgetMs());
    }
    gathered.forward(call, pass.buffer(), it.from, it.argsTo, it.optionsFrom, caller(call.options(), pass.buffer()));
    gathered.sends(delegated);
    call.sentOn();
    lane.scheduler().monitor().track(call);
    return true;
  }
}

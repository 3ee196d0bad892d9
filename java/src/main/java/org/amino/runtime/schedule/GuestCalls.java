package org.amino.runtime.schedule;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.amino.runtime.guest.Fixed;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.ObjectCalls;
import org.amino.runtime.guest.PendingResult;
import org.amino.runtime.guest.Transacting;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.Protocol.Code;

/** How the guests of one context call other objects: in this JVM where the object is local, through the Python half else. */
final class GuestCalls implements ObjectCalls {
  private final Scheduler scheduler;
  private final ContextSlot slot;
  private final GuestTimers timers;
  private final FixedCalls outside;
  private final GuestTransactions transactions;
  /** The transaction of its calls; null: that of the call in which they are made, if any. */
  private final String transaction;

  GuestCalls(Scheduler scheduler, ContextSlot slot) {
    this.scheduler = scheduler;
    this.slot = slot;
    this.timers = new GuestTimers(scheduler, slot);
    this.outside = new FixedCalls(scheduler, slot);
    this.transactions = new GuestTransactions(scheduler, slot, this);
    this.transaction = null;
  }

  private GuestCalls(GuestCalls whole, String transaction) {
    this.scheduler = whole.scheduler;
    this.slot = whole.slot;
    this.timers = whole.timers;
    this.outside = whole.outside;
    this.transactions = whole.transactions;
    this.transaction = transaction;
  }

  @Override
  public Transacting transacting() throws GuestFailure {
    if (transaction != null) {
      throw GuestTransactions.inside(transaction);
    }
    return transactions;
  }

  @Override
  public ObjectCalls within(String name) throws GuestFailure {
    return transactions.belongs(name) ? this : new GuestCalls(this, name);
  }

  @Override
  public byte[] call(String target, String method, byte[] args, byte[] kwargs) throws GuestFailure {
    InstanceIds.requireObject(target, method);
    return ask(target, method, args, kwargs);
  }

  byte[] ask(String target, String method, byte[] args, byte[] kwargs) throws GuestFailure {
    Call caller = slot.running();
    if (caller != null && caller.fixed() != null) {
      return outside.ask(caller, target, method, args, kwargs);
    }
    Chain chain = chain(caller);
    HostedObject callee = local(chain, target);
    if (callee != null) {
      try {
        return callHere(caller, outgoing(caller, chain, callee, target, method, args, kwargs));
      } catch (GuestFailure failure) {
        if (!failure.isMoved()) {
          throw failure;
        }
        // It left while the call waited for it: the Python half finds out where it is.
      }
    }
    return await(caller, outgoing(caller, chain, null, target, method, args, kwargs));
  }

  /** That of a call which is made now. */
  private Chain chain(Call caller) throws GuestFailure {
    Chain chain = caller == null ? Chain.begin(scheduler.newRequestId()) : caller.chain().hop(caller.label());
    return transaction == null ? chain : chain.within(transaction);
  }

  @Override
  public Fixed fixed() {
    Call running = slot.running();
    return running == null ? null : running.fixed();
  }

  private byte[] callHere(Call caller, Call call) throws GuestFailure {
    HostedObject callee = call.object();
    boolean inside = callee.slot() == slot || holds(caller, callee.slot());
    if (inside || callee.slot().tryEnter()) {
      if (callee.gate().isOpen() && !isShutOut(caller, callee, call) || inside && isSameChain(callee, call)) {
        return runHere(caller, call, inside);
      }
      refuseHopeless(caller, callee, call, inside);
      if (!inside && callee.slot().leave()) {
        scheduler.workers().execute(callee.slot());
      }
    }
    return await(caller, call);
  }

  private static boolean isSameChain(HostedObject callee, Call call) {
    Call unsettled = callee.unsettledCall();
    return unsettled != null && unsettled.chain().id().equals(callee.insideOf(call));
  }

  /** Whether the callee waits further down on this thread for something else than this call, and lets nobody in meanwhile. */
  private static boolean isShutOut(Call caller, HostedObject callee, Call call) {
    if (callee.insideOf(call) != null) {
      return false;
    }
    for (Call at = caller; at != null; at = at.outer()) {
      if (at.object() == callee) {
        return true;
      }
    }
    return false;
  }

  /** A promise settles only when its context is left, which the caller would prevent by waiting inside it. */
  private static void refuseHopeless(Call caller, HostedObject callee, Call call, boolean inside) throws GuestFailure {
    if (isShutOut(caller, callee, call)) {
      throw GuestFailure.of(Code.DEADLOCK, call.chain().describe(call.title(), callee.slot().scheduler().objects()::title) + " would wait for a call of "
          + callee.title() + " that waits for this one; make the two calls one after the other");
    }
    if (inside && callee.gate().isUnsettled()) {
      throw GuestFailure.of(Code.DEADLOCK, call.chain().describe(call.title(), callee.slot().scheduler().objects()::title) + " would wait for a promise of " + callee.title()
          + " that can settle only when this context is free; call it with async and await the promise");
    }
  }

  private static boolean holds(Call caller, ContextSlot other) {
    for (Call at = caller; at != null; at = at.outer()) {
      if (at.slot() == other) {
        return true;
      }
    }
    return false;
  }

  /** The object of a call that can be made without the Python half; else null. */
  private HostedObject local(Chain chain, String target) {
    if (chain.isJoint()) {
      // The Python half says which objects take part in a transaction over several.
      return null;
    }
    HostedObject found = target.startsWith("@") ? null : scheduler.objects().find(target);
    return found != null && found.takesLocalCalls() ? found : null;
  }

  private Call outgoing(Call caller, Chain chain, HostedObject callee, String target, String method, byte[] args, byte[] kwargs) {
    Call call = new Call();
    call.sender(slot);
    call.aim(target, method, callee, args, 0, args.length);
    if (kwargs != null) {
      NamedArguments.attach(call, args, kwargs);
    }
    call.chain(chain);
    call.reply(null, 0, caller == null ? scheduler.defaultDeadline() : caller.deadline());
    return call;
  }

  /** Runs the member on this thread, whose context it is or whose context was just entered. */
  private byte[] runHere(Call caller, Call call, boolean inside) throws GuestFailure {
    ContextSlot other = call.slot();
    Waiter waiter = null;
    MsgpackWriter out = new MsgpackWriter();
    try {
      PendingResult pending = execute(caller, call, inside, out);
      if (pending != null) {
        waiter = new Waiter(slot, caller, call.chain());
        call.reply(waiter, 0, call.deadline());
        new Settlement(call, other).await(pending);
      }
    } finally {
      if (!inside && other.leave()) {
        scheduler.workers().execute(other);
      }
    }
    return waiter == null ? out.toByteArray() : await(waiter, () -> {});
  }

  private PendingResult execute(Call caller, Call call, boolean inside, MsgpackWriter out) throws GuestFailure {
    HostedObject callee = call.object();
    ContextSlot other = call.slot();
    Call below = inside ? other.running() : null;
    call.beginAtOnce();
    call.nestOn(caller);
    other.occupy(call, slot.runner());
    try {
      GuestFailure refusal = callee.refusal(call);
      if (refusal != null) {
        throw refusal;
      }
      PendingResult pending = callee.bind(call.method()).call(call.args(), call.kwargs(), out);
      if (pending != null && inside) {
        throw GuestFailure.of(Code.DEADLOCK, call.title() + " gave a promise, which cannot settle while its own context waits; call it with async and await it");
      }
      return pending;
    } catch (RuntimeException | Error thrown) {
      throw Execution.failure(thrown);
    } finally {
      other.running(below);
      slot.runner().show(scheduler.shown(), caller);
      slot.runner().ran();
      call.ended();
      call.unnest();
    }
  }

  private byte[] await(Call caller, Call call) throws GuestFailure {
    Waiter waiter = new Waiter(slot, caller, call.chain());
    call.reply(waiter, 0, call.deadline());
    return await(waiter, () -> scheduler.send(call));
  }

  private byte[] await(Waiter waiter, Runnable send) throws GuestFailure {
    slot.runner().handOff();
    return waiter.await(send);
  }

  @Override
  public CompletableFuture<byte[]> callAsync(String target, String method, byte[] args, byte[] kwargs) {
    try {
      InstanceIds.requireObject(target, method);
    } catch (GuestFailure denied) {
      return CompletableFuture.failedFuture(denied);
    }
    return askAsync(target, method, args, kwargs);
  }

  CompletableFuture<byte[]> askAsync(String target, String method, byte[] args, byte[] kwargs) {
    CompletableFuture<byte[]> future = new CompletableFuture<>();
    Call caller = slot.running();
    try {
      if (caller != null && caller.fixed() != null) {
        // The promise is settled when it is given: nothing of the call goes on after its end.
        future.complete(outside.ask(caller, target, method, args, kwargs));
        return future;
      }
      Chain chain = chain(caller);
      HostedObject callee = local(chain, target);
      Runnable away = () -> send(caller, future, null, outgoing(caller, chain, null, target, method, args, kwargs));
      if (callee == null) {
        away.run();
      } else {
        // Where it leaves while the call waits for it, the Python half finds out where it is.
        send(caller, future, away, outgoing(caller, chain, callee, target, method, args, kwargs));
      }
    } catch (GuestFailure failed) {
      future.completeExceptionally(failed);
    }
    return future;
  }

  private void send(Call caller, CompletableFuture<byte[]> future, Runnable moved, Call call) {
    call.reply(new Promise(scheduler, caller, future, moved), 0, call.deadline());
    scheduler.send(call);
  }

  @Override
  public void enter(Runnable task) {
    slot.submit(new Entry(slot, scheduler.continued(), task));
  }

  @Override
  public Consumer<Runnable> entering() {
    Call running = slot.running();
    return task -> slot.submit(new Entry(slot, running, task));
  }

  @Override
  public Runnable later(long millis, Timed task) throws GuestFailure {
    Fixed fixed = fixed();
    if (fixed != null) {
      throw fixed.refuse("a timer");
    }
    return timers.set(millis, task);
  }

  @Override
  public byte[] get(String name) throws GuestFailure {
    return ask(KernelQuestions.KERNEL, "get", KernelQuestions.encode(List.of(name)), null);
  }

  @Override
  public byte[] create(String name, byte[] args, byte[] kwargs) throws GuestFailure {
    return ask(KernelQuestions.KERNEL, "create", KernelQuestions.encode(List.of(name), args, kwargs), null);
  }

  @Override
  public byte[] getOrCreate(String kind, String key, byte[] args, byte[] kwargs) throws GuestFailure {
    return ask(KernelQuestions.KERNEL, "get_or_create", KernelQuestions.encode(List.of(kind, key), args, kwargs), null);
  }

  @Override
  public void log(String level, String line) {
    scheduler.log().line(slot.artifact().lineRate(), currentObject(), level, line);
  }

  @Override
  public String currentObject() {
    Call running = slot.running();
    if (running == null || running.object() == null) {
      // While an artifact is evaluated, its output is that of the artifact.
      return running == null ? null : running.target();
    }
    return running.object().objectId();
  }
}

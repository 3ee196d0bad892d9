package org.amino.runtime.schedule;

import static org.amino.runtime.schedule.KernelQuestions.KERNEL;

import org.amino.runtime.guest.Fixed;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.Protocol.Code;

/**
 * How a call with fixed circumstances calls other objects: the Python half is asked, with the number of the call, so that all replicas get one answer.
 * Meanwhile the context serves calls of the same chain, which see nothing of the circumstances.
 */
final class FixedCalls {
  private static final String TARGET = "@outside";
  private static final String METHOD = "call";
  private static final String MAKES = "create";
  /** In the details of a failure: nobody there makes calls for this object. */
  private static final String REFUSED = "outside";
  private static final int WORDS = 8;
  /** Eleven days, which a budget in milliseconds still holds. */
  private static final long NEVER_NANOS = 1_000_000_000L * 1_000_000;

  private final Scheduler scheduler;
  private final ContextSlot slot;

  FixedCalls(Scheduler scheduler, ContextSlot slot) {
    this.scheduler = scheduler;
    this.slot = slot;
  }

  /** The outcome of a call; each replica waits for the same one. */
  byte[] ask(Call caller, String target, String method, byte[] args, byte[] kwargs) throws GuestFailure {
    Fixed fixed = caller.fixed();
    if (caller.object() == null || target.equals(KERNEL) && method.equals(MAKES)) {
      throw refusal(fixed, target, method);
    }
    Call call = new Call();
    call.sender(slot);
    byte[] words = words(caller, fixed, target, method, args, kwargs);
    call.aim(TARGET, METHOD, null, words, 0, words.length);
    call.chain(caller.chain().hop(caller.label()));
    // The replica that makes the call decides when it has taken too long: all replicas hear of that alike.
    call.reply(null, 0, System.nanoTime() + NEVER_NANOS);
    try {
      return waited(caller, call, fixed);
    } catch (GuestFailure failure) {
      if (failure.code.equals(Code.NOT_DETERMINISTIC) && failure.details.containsKey(REFUSED)) {
        throw refusal(fixed, target, method);
      }
      throw failure;
    }
  }

  private byte[] waited(Call caller, Call call, Fixed fixed) throws GuestFailure {
    Waiter waiter = new Waiter(slot, caller, call.chain());
    call.reply(waiter, 0, call.deadline());
    slot.guest().unfix();
    fixed.waits();
    try {
      slot.runner().handOff();
      return waiter.await(() -> scheduler.send(call));
    } finally {
      fixed.goesOn();
      slot.guest().fix(fixed);
    }
  }

  private static GuestFailure refusal(Fixed fixed, String target, String method) {
    return fixed.refuse("a call of " + method + " of " + (target.equals(KERNEL) ? "the kernel" : "object " + target));
  }

  private static byte[] words(Call caller, Fixed fixed, String target, String method, byte[] args, byte[] kwargs) {
    MsgpackWriter out = new MsgpackWriter();
    out.writeArrayHeader(WORDS);
    out.writeString(caller.object().id());
    out.writeLong(fixed.given().time());
    out.writeLong(fixed.given().seed());
    out.writeLong(fixed.nextCall());
    out.writeString(target);
    out.writeString(method);
    out.writeRaw(args);
    if (kwargs == null) {
      out.writeMapHeader(0);
    } else {
      out.writeRaw(kwargs);
    }
    return out.toByteArray();
  }
}

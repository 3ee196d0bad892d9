package org.amino.runtime.schedule;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.Transacting;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.PlainValue;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.Protocol.Outcome;

/**
 * The transactions over several objects that the guests of one context have begun. The Python half asks the coordinator. Where the call that began one
 * fails, whatever of its block may still run, the transaction ends without effect.
 */
final class GuestTransactions implements Transacting {
  private static final String BEGIN = "begin_transaction";
  private static final String END = "end_transaction";
  private final Scheduler scheduler;
  private final ContextSlot slot;
  private final GuestCalls calls;
  private final Map<String, Begun> open = new ConcurrentHashMap<>();

  /** A call that has begun one. Its place may be taken by the next call of its connection. */
  private record Begun(Call call, int aims) {
    boolean isOver() {
      return call.aims() != aims || call.isAnswered();
    }
  }

  GuestTransactions(Scheduler scheduler, ContextSlot slot, GuestCalls calls) {
    this.scheduler = scheduler;
    this.slot = slot;
    this.calls = calls;
  }

  @Override
  public byte[] begin(long milliseconds) throws GuestFailure {
    Begun by = beginner();
    return begun(by, calls.ask(KernelQuestions.KERNEL, BEGIN, KernelQuestions.encode(List.of(milliseconds)), null));
  }

  @Override
  public CompletableFuture<byte[]> beginAsync(long milliseconds) {
    try {
      Begun by = beginner();
      return calls.askAsync(KernelQuestions.KERNEL, BEGIN, KernelQuestions.encode(List.of(milliseconds)), null).thenApply(name -> begun(by, name));
    } catch (GuestFailure refused) {
      return CompletableFuture.failedFuture(refused);
    }
  }

  private Begun beginner() throws GuestFailure {
    Call running = slot.running();
    Call call = running == null ? null : running.origin();
    if (call == null || call.object() == null) {
      throw refusal("a transaction belongs to a call of a member, and none runs", "");
    }
    if (running.fixed() != null) {
      throw running.fixed().refuse("a transaction");
    }
    String around = running.chain().transactions();
    if (!around.isEmpty()) {
      throw inside(around);
    }
    return new Begun(call, call.aims());
  }

  private byte[] begun(Begun by, byte[] encoded) {
    String name = (String) PlainValue.read(new MsgpackReader(encoded));
    open.put(name, by);
    by.call.whenFailed(() -> abandonAll(by));
    if (by.isOver()) {
      abandon(name);
    }
    return encoded;
  }

  private void abandonAll(Begun by) {
    open.forEach((name, begun) -> {
      if (begun.equals(by)) {
        abandon(name);
      }
    });
  }

  /** Ends one whose call has failed: nobody else will. */
  private void abandon(String name) {
    if (open.remove(name) != null) {
      byte[] args = KernelQuestions.encode(List.of(name, "the call that began it has ended"));
      scheduler.workers().execute(() -> scheduler.send(scheduler.unanswered(KernelQuestions.KERNEL, END, args)));
    }
  }

  /** Whether what runs now is part of a transaction by the way it was called. */
  boolean belongs(String name) throws GuestFailure {
    Call running = slot.running();
    if (running != null && running.chain().transactions().equals(name)) {
      return true;
    }
    Begun begun = open.get(name);
    if (begun == null || running == null || running.origin() != begun.call || isOver(begun)) {
      throw refusal("transaction " + name + " has ended, or the member that began it has: await it in the member that begins it", name);
    }
    return false;
  }

  @Override
  public void bind(String transaction) throws GuestFailure {
    Call running = slot.running();
    if (transaction != null && !belongs(transaction)) {
      running.chain(running.chain().within(transaction));
    } else if (transaction == null && running != null) {
      running.chain(running.chain().within(""));
    }
  }

  @Override
  public byte[] end(String transaction, String reason) throws GuestFailure {
    requireOpen(transaction, reason);
    try {
      return calls.ask(KernelQuestions.KERNEL, END, ending(transaction, reason), null);
    } finally {
      open.remove(transaction);
    }
  }

  @Override
  public CompletableFuture<byte[]> endAsync(String transaction, String reason) {
    try {
      requireOpen(transaction, reason);
    } catch (GuestFailure over) {
      return CompletableFuture.failedFuture(over);
    }
    return calls.askAsync(KernelQuestions.KERNEL, END, ending(transaction, reason), null).whenComplete((told, failed) -> open.remove(transaction));
  }

  /** Nothing is committed for a call that is over: its caller has heard already what it came to. */
  private void requireOpen(String transaction, String reason) throws GuestFailure {
    Begun begun = open.get(transaction);
    if (reason == null && (begun == null || isOver(begun))) {
      abandon(transaction);
      throw refusal("nothing of transaction " + transaction + " has happened: the member that began it had ended before its block; await it there", transaction);
    }
  }

  /** Whether the member that began one has ended. Known to the owner: what goes on after a member that gave no promise belongs to nobody. */
  private boolean isOver(Begun begun) {
    Call running = slot.running();
    boolean goesOn = running != null && running != begun.call && running.origin() == begun.call;
    return begun.isOver() || goesOn && begun.call.settlement() == null;
  }

  private static byte[] ending(String transaction, String reason) {
    return KernelQuestions.encode(Arrays.asList(transaction, reason));
  }

  /** The refusal of a transaction inside others. */
  static GuestFailure inside(String around) {
    return refusal("no transaction was started inside transaction " + around + ": end that one first, or make the calls in it", around);
  }

  private static GuestFailure refusal(String message, String transaction) {
    Map<String, Object> details = transaction.isEmpty() ? Collections.emptyMap() : Map.of("transaction", transaction);
    return new GuestFailure(Code.TRANSACTION_INVALID, "TransactionInvalid", message, "", details, null).with(Outcome.NOT_RUN);
  }
}

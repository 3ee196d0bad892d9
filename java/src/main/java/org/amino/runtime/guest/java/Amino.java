package org.amino.runtime.guest.java;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.amino.runtime.guest.Fixed;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.ObjectCalls;

/** What a Java object finds of the runtime while one of its methods runs. */
public final class Amino {
  private static final ThreadLocal<ObjectCalls> RUNNING = new ThreadLocal<>();

  private Amino() {}

  /** A reference to the object registered under a name. */
  public static Reference get(String name) throws GuestFailure {
    return reference(running().get(name));
  }

  /** A reference to a new instance of what is registered under a name. */
  public static Reference create(String name, Object... arguments) throws GuestFailure {
    return reference(running().create(name, JavaValues.encodeAll(arguments), null));
  }

  /** A reference to the object of a kind and a key, which is made if nobody has it. Without arguments those of the kind are taken. */
  public static Reference getOrCreate(String kind, String key, Object... arguments) throws GuestFailure {
    return reference(running().getOrCreate(kind, key, JavaValues.encodeAll(arguments), null));
  }

  /** The object whose method runs now. */
  public static Reference self() {
    ObjectCalls calls = running();
    return new Reference(calls.currentObject(), null, 0, null, calls);
  }

  /**
   * Runs a block in a transaction: its calls to any objects, and the calls that these make because of them, happen as one or not at all. Each object needs
   * LockingTransactions, OptimisticTransactions or DurableTransactions; members that only read may be called of any. What this object itself changes is
   * no part of it.
   *
   * @return what the block gives, when all of it has happened
   * @throws org.amino.AminoException TRANSACTION_CONFLICT, DEADLOCK, TRANSACTION_ABORTED: nothing has happened; TRANSACTION_INVALID: here is a transaction
   *     already; NOT_TRANSACTIONAL: by a call; OMS_UNAVAILABLE, DEADLINE_EXCEEDED at the end: everything has happened or nothing
   * @throws Exception what the block throws: nothing has happened
   */
  public static <T> T transaction(Callable<T> block) throws Exception {
    return transaction(TransactionBlock.TIMEOUT, 1, block);
  }

  /**
   * The same.
   *
   * @param timeout until it ends without effect; it never lasts longer than the call of the member
   * @param tries how often the block is run at most, where it fails because of others that run at the same time
   */
  public static <T> T transaction(Duration timeout, int tries, Callable<T> block) throws Exception {
    return new TransactionBlock<>(running().transacting(), timeout, block).run(tries);
  }

  /** The same, for a block that gives nothing. */
  public static void transaction(Action block) throws Exception {
    transaction(TransactionBlock.TIMEOUT, 1, block);
  }

  /** The same, for a block that gives nothing. */
  public static void transaction(Duration timeout, int tries, Action block) throws Exception {
    transaction(timeout, tries, () -> {
      block.run();
      return null;
    });
  }

  /** A block that gives nothing. */
  public interface Action {
    void run() throws Exception;
  }

  /** The fixed circumstances of the call that runs on this thread; null: it has none. */
  static Fixed fixed() {
    ObjectCalls calls = RUNNING.get();
    return calls == null ? null : calls.fixed();
  }

  private static Reference reference(byte[] encoded) {
    return (Reference) JavaDecoder.decode(encoded, running());
  }

  private static ObjectCalls running() {
    ObjectCalls calls = RUNNING.get();
    if (calls == null) {
      throw new IllegalStateException("Amino is there only while a method of an object runs, on the thread that runs it");
    }
    return calls;
  }

  /** Marks the thread as running a method, and returns what to give to {@link #leave}. */
  static ObjectCalls enter(ObjectCalls calls) {
    ObjectCalls before = RUNNING.get();
    RUNNING.set(calls);
    return before;
  }

  static void leave(ObjectCalls before) {
    if (before == null) {
      RUNNING.remove();
    } else {
      RUNNING.set(before);
    }
  }
}

package org.amino.runtime.guest;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.amino.runtime.wire.Protocol;

/** How a guest calls other objects: given to the languages by the scheduler. Arguments and results are encoded values. */
public interface ObjectCalls {
  /**
   * Calls a member of another object and waits; meanwhile this thread serves calls of its own chain that come back to its context.
   *
   * @param args an encoded msgpack array
   * @param kwargs an encoded msgpack map, or null
   * @return the encoded outcome value
   * @throws GuestFailure what the callee raised, or DEADLOCK, DEADLINE_EXCEEDED, KERNEL_UNAVAILABLE …
   */
  byte[] call(String targetId, String method, byte[] args, byte[] kwargs) throws GuestFailure;

  /** The same without waiting. The future completes on any thread; the language settles its promise through {@link #enter}. */
  CompletableFuture<byte[]> callAsync(String targetId, String method, byte[] args, byte[] kwargs);

  /** Runs a task in this context as soon as it is free (used to settle a JS promise when an answer comes). */
  void enter(Runnable task);

  /** As {@link #enter}, for tasks that go on with the call which runs now: an answer may be there before anybody waits for it. */
  default Consumer<Runnable> entering() {
    return this::enter;
  }

  /** The work of a timer; what it throws ends the call that set the timer. */
  interface Timed {
    void run() throws GuestFailure;
  }

  /**
   * Runs a task in this context after so many milliseconds, as part of the call that runs now, if that call still waits for its promise then.
   *
   * @return takes the timer back
   * @throws GuestFailure where no call runs that it could belong to, or where there are too many
   */
  default Runnable later(long millis, Timed task) throws GuestFailure {
    throw GuestFailure.of(Protocol.Code.ARGUMENT_INVALID, "there are no timers here");
  }

  /** `amino.get(name)`: an encoded reference. */
  byte[] get(String name) throws GuestFailure;

  /** `amino.create(name, …)`: an encoded reference to a new instance of the class registered under that name. */
  byte[] create(String name, byte[] args, byte[] kwargs) throws GuestFailure;

  /** `amino.get_or_create(kind, key, …)`: an encoded reference to the object of that kind and key, which is made if nobody has it. */
  byte[] getOrCreate(String kind, String key, byte[] args, byte[] kwargs) throws GuestFailure;

  /** The transactions over several objects that members begin. */
  default Transacting transacting() throws GuestFailure {
    throw GuestFailure.of(Protocol.Code.ARGUMENT_INVALID, "no transaction can be begun here: only objects that a kernel runs begin transactions");
  }

  /**
   * The same, whose calls belong to a transaction.
   *
   * @param transaction the call that runs now has begun it, or is part of it
   * @throws GuestFailure TRANSACTION_INVALID when the call that began it is over
   */
  default ObjectCalls within(String transaction) throws GuestFailure {
    return this;
  }

  /** The fixed circumstances of the call that runs in this context now; null: it has none. */
  default Fixed fixed() {
    return null;
  }

  /** A line that the guest printed. Level: `info` for stdout, `error` for stderr. */
  void log(String level, String line);

  /** The id of the object whose member runs on this thread now, or null. */
  String currentObject();
}

package org.amino.runtime.guest.polyglot;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.amino.runtime.guest.Fixed;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.ObjectCalls;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.WireException;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.graalvm.polyglot.proxy.ProxyObject;

/**
 * The functions of `host`, through which a prelude calls other objects. Each gives the decoded answer, or a failure wrapped so that the prelude
 * throws it inside the guest: no Java exception passes through guest code.
 */
final class HostCalls {
  /** Random bytes that a guest can ask for at a time. */
  private static final int MOST = 65_536;

  private final Supplier<ObjectCalls> outside;
  private final Supplier<Fixed> circumstances;
  private Builders builders;

  /**
   * @param outside asked at each call: a prelude is loaded before it is known whose calls it makes
   * @param circumstances of what runs now, for what asks in fixed ones
   */
  HostCalls(Supplier<ObjectCalls> outside, Supplier<Fixed> circumstances) {
    this.outside = outside;
    this.circumstances = circumstances;
  }

  /** Set once the prelude has made its builders. */
  void use(Builders made) {
    builders = made;
  }

  /** What a language adds of its own is put into the same table. */
  ProxyObject table(Map<String, Object> more) {
    Map<String, Object> functions = new HashMap<>(more);
    functions.put("call", (ProxyExecutable) this::call);
    functions.put("callAsync", (ProxyExecutable) this::callAsync);
    functions.put("get", (ProxyExecutable) arguments -> answer(() -> outside.get().get(arguments[0].asString())));
    functions.put("create", (ProxyExecutable) this::create);
    functions.put("getOrCreate", (ProxyExecutable) this::getOrCreate);
    functions.put("later", (ProxyExecutable) this::later);
    functions.putAll(new TransactionCalls(outside, this).functions());
    functions.put("fixedNanos", (ProxyExecutable) none -> fixed().now());
    functions.put("fixedMillis", (ProxyExecutable) none -> fixed().now() / 1e6);
    functions.put("fixedNumber", (ProxyExecutable) none -> fixed().number());
    functions.put("fixedBytes", (ProxyExecutable) arguments -> new String(fixed().bytes(Math.min(arguments[0].asInt(), MOST)), StandardCharsets.ISO_8859_1));
    functions.put("fixedPass", (ProxyExecutable) this::pass);
    functions.put("fixedRefusal", (ProxyExecutable) arguments -> GuestErrors.incoming(fixed().refuse(arguments[0].asString()), builders));
    functions.put("self", (ProxyExecutable) arguments -> self());
    return ProxyObject.fromMap(functions);
  }

  private Fixed fixed() {
    return circumstances.get();
  }

  private Object pass(Value[] nanos) {
    fixed().pass(nanos[0].asLong());
    return null;
  }

  interface Question {
    byte[] ask() throws GuestFailure;
  }

  Object answer(Question question) {
    try {
      return decode(question.ask());
    } catch (GuestFailure failure) {
      return GuestErrors.incoming(failure, builders);
    } catch (WireException invalid) {
      return GuestErrors.incoming(GuestFailure.of(invalid.code(), invalid.getMessage()), builders);
    }
  }

  private Object decode(byte[] encoded) {
    return new ValueReader(builders).read(new MsgpackReader(encoded));
  }

  private Object self() {
    String id = outside.get().currentObject();
    return id == null ? builders.nothing() : id;
  }

  /** The calls of a transaction, whose name stands at that index; without one those of what runs now. */
  ObjectCalls calls(Value[] arguments, int index) throws GuestFailure {
    ObjectCalls calls = outside.get();
    return arguments.length <= index || arguments[index].isNull() ? calls : calls.within(arguments[index].asString());
  }

  /** Object id, method, list of argument trees, a list of keyword names and trees by turns or nothing, and perhaps a transaction. */
  private Object call(Value[] arguments) {
    return answer(() -> calls(arguments, 4).call(arguments[0].asString(), arguments[1].asString(), positional(arguments[2]), keywords(arguments, 3)));
  }

  private Object create(Value[] arguments) {
    return answer(() -> outside.get().create(arguments[0].asString(), positional(arguments[1]), keywords(arguments, 2)));
  }

  private Object getOrCreate(Value[] arguments) {
    return answer(() -> outside.get().getOrCreate(arguments[0].asString(), arguments[1].asString(), positional(arguments[2]), keywords(arguments, 3)));
  }

  /** As {@link #call}; the argument before the transaction is told the outcome when it is there. */
  private Object callAsync(Value[] arguments) {
    tell(arguments[3], () -> calls(arguments, 4).callAsync(arguments[0].asString(), arguments[1].asString(), positional(arguments[2]), null));
    return null;
  }

  interface Asked {
    CompletableFuture<byte[]> ask() throws GuestFailure;
  }

  /** Tells a function of the guest an outcome when it is there. */
  void tell(Value settle, Asked asked) {
    CompletableFuture<byte[]> future;
    try {
      future = asked.ask();
    } catch (WireException invalid) {
      settle.executeVoid(GuestErrors.incoming(GuestFailure.of(invalid.code(), invalid.getMessage()), builders));
      return;
    } catch (GuestFailure refused) {
      settle.executeVoid(GuestErrors.incoming(refused, builders));
      return;
    }
    ObjectCalls calls = outside.get();
    if (calls.fixed() == null) {
      Consumer<Runnable> entering = calls.entering();
      future.whenComplete((answer, thrown) -> entering.accept(() -> settle(settle, answer, thrown)));
    } else {
      // It was refused, and nothing of a call with fixed circumstances may go on after its end.
      future.whenComplete((answer, thrown) -> settle(settle, answer, thrown));
    }
  }

  private void settle(Value settle, byte[] answer, Throwable thrown) {
    try {
      settle.executeVoid(answer(() -> thrown == null ? answer : raise(thrown)));
    } catch (PolyglotException ended) {
      // The promise's own reactions run here and keep their errors to themselves: what ends here was interrupted, and its caller was told.
      return;
    }
  }

  /** Milliseconds and a function, which answers nothing, or the tree of an error that it has raised. Gives what takes the timer back. */
  private Object later(Value[] arguments) {
    Value work = arguments[1];
    try {
      Runnable cancel = outside.get().later(arguments[0].asLong(), () -> fire(work));
      return (ProxyExecutable) none -> {
        cancel.run();
        return null;
      };
    } catch (GuestFailure refused) {
      return GuestErrors.incoming(refused, builders);
    }
  }

  private static void fire(Value work) throws GuestFailure {
    Value raised;
    try {
      raised = work.execute();
    } catch (PolyglotException ended) {
      throw GuestErrors.outgoing(ended, null);
    }
    if (!raised.isNull()) {
      throw GuestErrors.rejection(raised);
    }
  }

  private static byte[] raise(Throwable thrown) throws GuestFailure {
    Throwable cause = thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
    throw GuestErrors.outgoing(cause, null);
  }

  private static byte[] positional(Value trees) {
    MsgpackWriter out = new MsgpackWriter();
    long size = trees.getArraySize();
    out.writeArrayHeader((int) size);
    for (long i = 0; i < size; i++) {
      ValueWriter.write(out, trees.getArrayElement(i));
    }
    return out.toByteArray();
  }

  private static byte[] keywords(Value[] arguments, int index) {
    if (arguments.length <= index || arguments[index].isNull() || arguments[index].getArraySize() == 0) {
      return null;
    }
    MsgpackWriter out = new MsgpackWriter();
    long size = arguments[index].getArraySize();
    out.writeMapHeader((int) (size / 2));
    for (long i = 0; i < size; i++) {
      ValueWriter.write(out, arguments[index].getArrayElement(i));
    }
    return out.toByteArray();
  }
}

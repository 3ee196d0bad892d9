package org.amino.runtime.guest.polyglot;

import java.util.Map;
import java.util.function.Supplier;
import org.amino.runtime.guest.ObjectCalls;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;

/** The functions of `host` by which a prelude begins and ends transactions. */
final class TransactionCalls {
  private static final byte[] NOTHING = {(byte) 0xc0};
  private final Supplier<ObjectCalls> outside;
  private final HostCalls host;

  TransactionCalls(Supplier<ObjectCalls> outside, HostCalls host) {
    this.outside = outside;
    this.host = host;
  }

  Map<String, Object> functions() {
    return Map.of(
        "begin", (ProxyExecutable) this::begin,
        "beginAsync", (ProxyExecutable) this::beginAsync,
        "bind", (ProxyExecutable) this::bind,
        "end", (ProxyExecutable) this::end,
        "endAsync", (ProxyExecutable) this::endAsync);
  }

  /** Milliseconds, and the transaction around it or nothing. */
  private Object begin(Value[] arguments) {
    return host.answer(() -> host.calls(arguments, 1).transacting().begin(arguments[0].asLong()));
  }

  /** Milliseconds, what is told the name, and the transaction around it or nothing. */
  private Object beginAsync(Value[] arguments) {
    host.tell(arguments[1], () -> host.calls(arguments, 2).transacting().beginAsync(arguments[0].asLong()));
    return null;
  }

  /** A transaction, or nothing. */
  private Object bind(Value[] arguments) {
    return host.answer(() -> {
      outside.get().transacting().bind(text(arguments[0]));
      return NOTHING;
    });
  }

  /** A transaction, and why nothing of it is to happen; without that, all of it is. */
  private Object end(Value[] arguments) {
    return host.answer(() -> outside.get().transacting().end(arguments[0].asString(), text(arguments[1])));
  }

  private Object endAsync(Value[] arguments) {
    host.tell(arguments[2], () -> outside.get().transacting().endAsync(arguments[0].asString(), text(arguments[1])));
    return null;
  }

  private static String text(Value value) {
    return value.isNull() ? null : value.asString();
  }
}

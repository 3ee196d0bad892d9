package org.amino.runtime.guest.polyglot;

import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.PendingResult;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.Protocol.Outcome;
import org.amino.runtime.wire.WireException;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;

/**
 * A promise that a member returned. The prelude calls it with (true, tree), with (false, error tree), or with (false, error tree, true) when it
 * is the result that cannot travel, by the thread that holds the context.
 */
final class GuestPromise implements PendingResult, ProxyExecutable {
  private byte[] value;
  private GuestFailure failure;
  private Settled listener;

  @Override
  public Object execute(Value... outcome) {
    if (outcome[0].asBoolean()) {
      encode(outcome[1]);
    } else {
      boolean result = outcome.length > 2 && outcome[2].asBoolean();
      failure = result ? GuestErrors.ofTree(outcome[1]).with(Outcome.RAN) : GuestErrors.rejection(outcome[1]);
    }
    tell();
    return null;
  }

  private void encode(Value tree) {
    try {
      MsgpackWriter out = new MsgpackWriter();
      ValueWriter.write(out, tree);
      value = out.toByteArray();
    } catch (WireException invalid) {
      failure = GuestFailure.of(invalid.code(), invalid.getMessage()).with(Outcome.RAN);
    }
  }

  private void tell() {
    if (listener == null) {
      return;
    }
    if (failure != null) {
      listener.failure(failure);
    } else if (value != null) {
      listener.value(value);
    }
  }

  @Override
  public void onSettled(Settled settled) {
    listener = settled;
    tell();
  }

  /** Whether it has settled already; then its value is written, or its failure thrown. */
  boolean settledInto(MsgpackWriter out) throws GuestFailure {
    if (failure != null) {
      throw failure;
    }
    if (value != null) {
      out.writeRaw(value);
    }
    return value != null;
  }
}

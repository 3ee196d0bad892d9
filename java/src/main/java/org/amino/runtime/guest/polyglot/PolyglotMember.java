package org.amino.runtime.guest.polyglot;

import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.GuestMember;
import org.amino.runtime.guest.PendingResult;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.MsgpackWriter;
import org.graalvm.polyglot.Value;

/** A member bound to its instance: decode, execute, encode. */
final class PolyglotMember implements GuestMember {
  private final PolyglotObject object;
  private final Signature signature;
  private Value boundTo;
  private Value function;

  PolyglotMember(PolyglotObject object, Signature signature) {
    this.object = object;
    this.signature = signature;
  }

  @Override
  public PendingResult call(MsgpackReader args, MsgpackReader kwargs, MsgpackWriter out) throws GuestFailure {
    PolyglotContext context = object.context();
    try {
      if (boundTo != object.instance()) {
        bind(context);
      }
      if (kwargs != null) {
        return callWithKeywords(context, args, kwargs, out);
      }
      Object[] arguments = Arguments.positional(args, context.builders());
      signature.check(arguments.length, context.className());
      return context.write(function.execute(arguments), out);
    } catch (RuntimeException | StackOverflowError thrown) {
      throw context.failure(thrown);
    }
  }

  private void bind(PolyglotContext context) {
    boundTo = object.instance();
    function = context.function(boundTo, signature.name());
  }

  private PendingResult callWithKeywords(PolyglotContext context, MsgpackReader args, MsgpackReader kwargs, MsgpackWriter out) throws GuestFailure {
    Arguments arguments = Arguments.read(args, kwargs, context.builders());
    if (arguments.keywords() != null) {
      return context.write(context.callWithKeywords(function, arguments, signature), out);
    }
    signature.check(arguments.positional().length, context.className());
    return context.write(function.execute(arguments.positional()), out);
  }

  @Override
  public boolean readOnly() {
    return signature.readOnly();
  }
}

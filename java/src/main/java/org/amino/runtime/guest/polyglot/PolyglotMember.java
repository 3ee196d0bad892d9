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
    Value result;
    if (kwargs == null) {
      Object[] arguments = arguments(context, args);
      signature.check(arguments.length, context.className());
      try {
        result = function.execute(arguments);
      } catch (RuntimeException | StackOverflowError thrown) {
        throw context.failure(thrown);
      }
    } else {
      result = callWithKeywords(context, args, kwargs);
    }
    try {
      return context.write(result, out);
    } catch (RuntimeException | StackOverflowError thrown) {
      throw context.unwritable(thrown);
    }
  }

  private Object[] arguments(PolyglotContext context, MsgpackReader args) throws GuestFailure {
    try {
      if (boundTo != object.instance()) {
        bind(context);
      }
      return Arguments.positional(args, context.builders());
    } catch (RuntimeException | StackOverflowError thrown) {
      throw context.unreadable(thrown);
    }
  }

  private void bind(PolyglotContext context) {
    boundTo = object.instance();
    function = context.function(boundTo, signature);
  }

  private Value callWithKeywords(PolyglotContext context, MsgpackReader args, MsgpackReader kwargs) throws GuestFailure {
    Arguments arguments;
    try {
      if (boundTo != object.instance()) {
        bind(context);
      }
      arguments = Arguments.read(args, kwargs, context.builders());
    } catch (RuntimeException | StackOverflowError thrown) {
      throw context.unreadable(thrown);
    }
    try {
      if (arguments.keywords() != null) {
        return context.callWithKeywords(function, arguments, signature);
      }
      signature.check(arguments.positional().length, context.className());
      return function.execute(arguments.positional());
    } catch (RuntimeException | StackOverflowError thrown) {
      throw context.failure(thrown);
    }
  }

  @Override
  public boolean readOnly() {
    return signature.readOnly();
  }
}

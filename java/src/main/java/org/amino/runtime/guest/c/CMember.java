package org.amino.runtime.guest.c;

import java.util.List;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.GuestMember;
import org.amino.runtime.guest.PendingResult;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.Protocol.Outcome;
import org.amino.runtime.wire.WireException;
import org.graalvm.polyglot.Value;

/** An exported function as a member. */
final class CMember implements GuestMember {
  private final CObject object;
  private final CSignature signature;

  CMember(CObject object, CSignature signature) {
    this.object = object;
    this.signature = signature;
  }

  @Override
  public PendingResult call(MsgpackReader args, MsgpackReader kwargs, MsgpackWriter out) throws GuestFailure {
    try {
      run(object.instance(), signature, object.className(), args, kwargs, out);
      return null;
    } catch (RuntimeException | StackOverflowError thrown) {
      throw CErrors.of(thrown, object.id());
    }
  }

  /** Decodes by the signature, executes, encodes; without {@code out} the result is dropped. */
  static void run(CInstance instance, CSignature signature, String className, MsgpackReader args, MsgpackReader kwargs, MsgpackWriter out) throws GuestFailure {
    int given = args.readArrayHeader();
    boolean named = kwargs != null && kwargs.readMapHeader() > 0;
    String shown = className + "." + signature.name() + "(" + String.join(", ", signature.parameters()) + ")";
    if (named) {
      throw GuestFailure.of(Code.ARGUMENT_INVALID, shown + " is written in C and takes no named arguments");
    }
    if (given != signature.types().size()) {
      String wanted = signature.types().size() + (signature.types().size() == 1 ? " argument" : " arguments");
      throw GuestFailure.of(Code.ARGUMENT_INVALID, shown + " takes " + wanted + ", but was given " + given);
    }
    List<Long> taken = CValues.taking();
    try {
      Object[] arguments = arguments(instance, signature, className, args, taken);
      Value value = instance.execute(signature.name(), arguments);
      if (out != null) {
        result(out, value, signature, instance);
      }
    } finally {
      instance.release(taken);
      instance.endCall();
    }
  }

  private static Object[] arguments(CInstance instance, CSignature signature, String className, MsgpackReader args, List<Long> taken) throws GuestFailure {
    Object[] arguments = new Object[signature.types().size()];
    try {
      for (int i = 0; i < arguments.length; i++) {
        String where = "argument " + signature.parameters().get(i) + " of " + className + "." + signature.name();
        arguments[i] = CValues.argument(args, signature.types().get(i), where, instance, taken);
      }
    } catch (WireException invalid) {
      throw GuestFailure.of(invalid.code(), invalid.getMessage()).with(Outcome.NOT_RUN);
    } catch (GuestFailure refused) {
      throw refused.with(Outcome.NOT_RUN);
    }
    return arguments;
  }

  private static void result(MsgpackWriter out, Value value, CSignature signature, CInstance instance) throws GuestFailure {
    try {
      CValues.result(out, value, signature.result(), instance);
    } catch (GuestFailure unwritable) {
      throw unwritable.with(Outcome.RAN);
    }
  }

  @Override
  public boolean readOnly() {
    return signature.readOnly();
  }
}

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
    MsgpackReader ordered = CArguments.inOrder(args, kwargs, signature, className);
    List<Long> taken = CValues.taking();
    try {
      Object[] arguments = signature.packed() ? packed(instance, ordered, taken) : arguments(instance, signature, className, ordered, taken);
      Value value = instance.execute(signature.function(), arguments);
      if (out != null) {
        result(out, value, signature, instance);
      }
    } finally {
      instance.release(taken);
      instance.endCall();
    }
  }

  private static Object[] packed(CInstance instance, MsgpackReader args, List<Long> taken) throws GuestFailure {
    return new Object[] {instance.place(CValues.withSize(CArguments.item(args)), taken)};
  }

  private static Object[] arguments(CInstance instance, CSignature signature, String className, MsgpackReader args, List<Long> taken) throws GuestFailure {
    Object[] arguments = new Object[args.readArrayHeader()];
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
      if (signature.packed()) {
        CValues.packedResult(out, value, instance);
      } else {
        CValues.result(out, value, signature.result(), instance);
      }
    } catch (GuestFailure unwritable) {
      throw unwritable.with(Outcome.RAN);
    }
  }

  @Override
  public boolean readOnly() {
    return signature.readOnly();
  }
}

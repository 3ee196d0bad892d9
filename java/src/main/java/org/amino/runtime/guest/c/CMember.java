package org.amino.runtime.guest.c;

import java.util.List;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.GuestMember;
import org.amino.runtime.guest.PendingResult;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.MsgpackWriter;

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
      throw GuestFailure.of("ARGUMENT_INVALID", shown + " is written in C and takes no named arguments");
    }
    if (given != signature.types().size()) {
      String wanted = signature.types().size() + (signature.types().size() == 1 ? " argument" : " arguments");
      throw GuestFailure.of("ARGUMENT_INVALID", shown + " takes " + wanted + ", but was given " + given);
    }
    List<Long> taken = CValues.taking();
    try {
      Object[] arguments = new Object[given];
      for (int i = 0; i < given; i++) {
        String where = "argument " + signature.parameters().get(i) + " of " + className + "." + signature.name();
        arguments[i] = CValues.argument(args, signature.types().get(i), where, instance, taken);
      }
      var value = instance.execute(signature.name(), arguments);
      if (out != null) {
        CValues.result(out, value, signature.result(), instance);
      }
    } finally {
      instance.release(taken);
      instance.endCall();
    }
  }

  @Override
  public boolean readOnly() {
    return signature.readOnly();
  }
}

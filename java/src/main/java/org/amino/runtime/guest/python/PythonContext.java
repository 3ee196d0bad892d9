package org.amino.runtime.guest.python;

import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.polyglot.PolyglotContext;
import org.amino.runtime.wire.MsgpackWriter;
import org.graalvm.polyglot.Value;

/** A context of Python. */
public final class PythonContext extends PolyglotContext {
  PythonContext(Opened opened) throws GuestFailure {
    super(opened);
  }

  /** `5.0` fits in an int for polyglot, too; the boxed number tells a float from an int. */
  @Override
  protected boolean writePlain(Value result, MsgpackWriter out) {
    if (result.isNumber() && !result.isBoolean()) {
      return writeNumber(result, out);
    }
    if (result.isString()) {
      out.writeString(result.asString());
      return true;
    }
    if (result.isNull()) {
      out.writeNil();
      return true;
    }
    if (result.isBoolean()) {
      out.writeBoolean(result.asBoolean());
      return true;
    }
    return false;
  }

  private static boolean writeNumber(Value number, MsgpackWriter out) {
    if (!number.fitsInLong() && !number.fitsInDouble()) {
      return false;
    }
    Number boxed = number.as(Number.class);
    if (boxed instanceof Double) {
      out.writeDouble(boxed.doubleValue());
      return true;
    }
    if (boxed instanceof Long || boxed instanceof Integer) {
      out.writeLong(boxed.longValue());
      return true;
    }
    return false;
  }
}

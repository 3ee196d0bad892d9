package org.amino.runtime.guest.polyglot;

import org.amino.runtime.wire.MsgpackWriter;
import org.graalvm.polyglot.Value;

/** Results that stand for themselves, in languages that tell integers and floats apart. */
public final class PlainResults {
  private PlainResults() {}

  /** Writes null, a boolean, an integer of 64 bits or a float; false when it is anything else. */
  public static boolean write(Value result, MsgpackWriter out) {
    if (result.isNumber() && !result.isBoolean()) {
      return writeNumber(result, out);
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

  /** `5.0` fits in an int for polyglot, too; the boxed number tells a float from an integer. */
  private static boolean writeNumber(Value number, MsgpackWriter out) {
    // Beyond 64 bits an integer that a double holds exactly looks like that double; the language itself can tell.
    if (!number.fitsInLong() && (!number.fitsInDouble() || number.fitsInBigInteger())) {
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

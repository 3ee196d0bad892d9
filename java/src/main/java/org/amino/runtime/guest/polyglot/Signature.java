package org.amino.runtime.guest.polyglot;

import java.util.ArrayList;
import java.util.List;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.InterfaceDescription;
import org.amino.runtime.wire.Protocol.Code;
import org.graalvm.polyglot.Value;

/**
 * The facts about a callable before it is called.
 *
 * @param arity the most positional arguments, −1 for any number
 * @param required the least
 * @param property whether it reads or, where its name ends with `=`, sets a property of the instance
 */
public record Signature(String name, int arity, int required, boolean readOnly, List<String> parameters, String doc, boolean property) {
  /** A prelude's row `[name, arity, required, read only, parameters, doc, property]`. */
  static Signature of(Value row) {
    return new Signature(row.getArrayElement(0).asString(), row.getArrayElement(1).asInt(), row.getArrayElement(2).asInt(),
        row.getArrayElement(3).asBoolean(), strings(row.getArrayElement(4)), row.getArrayElement(5).asString(),
        row.getArrayElement(6).asBoolean());
  }

  public static List<String> strings(Value list) {
    List<String> strings = new ArrayList<>();
    for (long i = 0; i < list.getArraySize(); i++) {
      strings.add(list.getArrayElement(i).asString());
    }
    return List.copyOf(strings);
  }

  InterfaceDescription.Member described() {
    return new InterfaceDescription.Member(name, arity, required, readOnly, parameters, doc, property);
  }

  /** ARGUMENT_INVALID unless so many arguments fit. */
  public void check(int given, String className) throws GuestFailure {
    if (given >= required && (arity < 0 || given <= arity)) {
      return;
    }
    String wanted = arity < 0 ? "at least " + required : arity == required ? String.valueOf(arity) : required + " to " + arity;
    String shown = className + "." + name + "(" + String.join(", ", parameters) + ")";
    throw GuestFailure.of(Code.ARGUMENT_INVALID, shown + " takes " + wanted + (wanted.equals("1") ? " argument" : " arguments") + ", but was given " + given);
  }
}

package org.amino.runtime.guest.polyglot;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.Protocol.Code;

/**
 * The arguments of one call as values of the guest.
 *
 * @param keywords null when none were given
 */
public record Arguments(Object[] positional, Map<String, Object> keywords) {
  private static final Object[] NONE = new Object[0];

  static Arguments read(MsgpackReader args, MsgpackReader kwargs, Builders builders) {
    return new Arguments(positional(args, builders), kwargs == null ? null : keywords(kwargs, builders));
  }

  static Object[] positional(MsgpackReader args, Builders builders) {
    int count = args.readArrayHeader();
    if (count == 0) {
      return NONE;
    }
    Object[] values = new Object[count];
    for (int i = 0; i < count; i++) {
      values[i] = new ValueReader(builders).read(args);
    }
    return values;
  }

  private static Map<String, Object> keywords(MsgpackReader kwargs, Builders builders) {
    int count = kwargs.readMapHeader();
    if (count == 0) {
      return null;
    }
    Map<String, Object> named = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      named.put(kwargs.readString(), new ValueReader(builders).read(kwargs));
    }
    return named;
  }

  /** For languages without keyword arguments: each is put where the parameter of that name stands. */
  public Object[] inOrder(Signature signature, String className) throws GuestFailure {
    List<Object> ordered = new ArrayList<>(List.of(positional));
    Map<String, Object> left = new LinkedHashMap<>(keywords);
    for (int i = ordered.size(); i < signature.parameters().size() && !left.isEmpty(); i++) {
      String name = signature.parameters().get(i);
      if (!left.containsKey(name)) {
        throw mismatch(signature, className, "lacks " + name);
      }
      ordered.add(left.remove(name));
    }
    if (!left.isEmpty()) {
      throw mismatch(signature, className, "has no parameter left for " + String.join(", ", left.keySet()));
    }
    signature.check(ordered.size(), className);
    return ordered.toArray();
  }

  private static GuestFailure mismatch(Signature signature, String className, String what) {
    String shown = className + "." + signature.name() + "(" + String.join(", ", signature.parameters()) + ")";
    return GuestFailure.of(Code.ARGUMENT_INVALID, "a call of " + shown + " with named arguments " + what);
  }
}

package org.amino.runtime.bridge;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.schedule.Call;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.PlainValue;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.WireException;

/** Reads the positional arguments of an operation one by one; arguments missing at the end are nil. */
final class Arguments {
  private final MsgpackReader in;
  private final String method;
  private int left;
  private int read;

  Arguments(Call call) {
    method = call.method();
    in = call.args();
    left = in.readArrayHeader();
  }

  private boolean next() {
    read++;
    return left-- > 0;
  }

  private Object plain() {
    return next() ? PlainValue.read(in) : null;
  }

  private GuestFailure wrong(String wanted) {
    return GuestFailure.of(Code.ARGUMENT_INVALID, "argument " + read + " of the operation " + method + " must be " + wanted);
  }

  String text() throws GuestFailure {
    if (plain() instanceof String text) {
      return text;
    }
    throw wrong("a string");
  }

  /** A string or null. */
  String textOrNull() throws GuestFailure {
    Object value = plain();
    if (value == null || value instanceof String) {
      return (String) value;
    }
    throw wrong("a string or nil");
  }

  long number() throws GuestFailure {
    if (plain() instanceof Long number) {
      return number;
    }
    throw wrong("an integer");
  }

  byte[] bytes() throws GuestFailure {
    if (plain() instanceof byte[] bytes) {
      return bytes;
    }
    throw wrong("bytes");
  }

  /** An integer or null. */
  Long numberOrNull() throws GuestFailure {
    Object value = plain();
    if (value == null || value instanceof Long) {
      return (Long) value;
    }
    throw wrong("an integer or nil");
  }

  boolean flag() throws GuestFailure {
    if (plain() instanceof Boolean flag) {
      return flag;
    }
    throw wrong("a boolean");
  }

  /** A boolean; nil is false. */
  boolean flagOrFalse() throws GuestFailure {
    Object value = plain();
    if (value == null || value instanceof Boolean) {
      return Boolean.TRUE.equals(value);
    }
    throw wrong("a boolean or nil");
  }

  List<String> texts() throws GuestFailure {
    List<String> texts = textsOrNull();
    if (texts == null) {
      throw wrong("a list of strings");
    }
    return texts;
  }

  /** A list of strings or null. */
  List<String> textsOrNull() throws GuestFailure {
    return strings(plain());
  }

  private List<String> strings(Object value) throws GuestFailure {
    if (value == null) {
      return null;
    }
    if (!(value instanceof List<?> list)) {
      throw wrong("a list of strings");
    }
    List<String> texts = new ArrayList<>();
    for (Object element : list) {
      if (!(element instanceof String text)) {
        throw wrong("a list of strings");
      }
      texts.add(text);
    }
    return texts;
  }

  /** A map with string keys; empty when nil. */
  Map<String, Object> options() throws GuestFailure {
    Object value = plain();
    Map<String, Object> options = new LinkedHashMap<>();
    if (value == null) {
      return options;
    }
    if (!(value instanceof Map<?, ?> map)) {
      throw wrong("a map");
    }
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (!(entry.getKey() instanceof String key)) {
        throw wrong("a map with string keys");
      }
      options.put(key, entry.getValue());
    }
    return options;
  }

  /** An encoded value, whatever it is; null when nil. */
  MsgpackReader value() {
    if (!next()) {
      return null;
    }
    int from = in.position();
    boolean nil = in.isNil();
    in.skip();
    return nil ? null : new MsgpackReader(in.buffer(), from, in.position());
  }

  /** An encoded value of the given kind. */
  MsgpackReader requiredValue(String wanted) throws GuestFailure {
    MsgpackReader value = value();
    if (value == null) {
      throw wrong(wanted);
    }
    return value;
  }

  /** Options of strings in an options map. */
  static List<String> strings(Map<String, Object> options, String name) throws GuestFailure {
    Object value = options.get(name);
    List<String> texts = new ArrayList<>();
    if (value instanceof List<?> list) {
      for (Object element : list) {
        texts.add(String.valueOf(element));
      }
    } else if (value != null) {
      throw GuestFailure.of(Code.ARGUMENT_INVALID, "option " + name + " must be a list of strings");
    }
    return texts;
  }

  /** The failure that tells the Python half why an operation is refused. */
  static GuestFailure failure(Throwable thrown) {
    return thrown instanceof WireException wire ? GuestFailure.of(Code.ARGUMENT_INVALID, wire.getMessage()) : org.amino.runtime.schedule.Execution.failure(thrown);
  }
}

package org.amino.runtime.guest.java;

import java.lang.reflect.Array;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.ErrorPayload;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.PlainValue;
import org.amino.runtime.wire.Protocol;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.WireException;

/** Writes Java's values (docs/wire.md, section 1). Containers that stand in several places become nodes of a graph. */
public final class JavaValues {
  private static final Object NOTHING = new Object();
  private final MsgpackWriter out;
  /** How often each container was met; then the index of its node, negated and less one. */
  private final Map<Object, Integer> met = new IdentityHashMap<>();
  private final List<Object> nodes = new ArrayList<>();
  /** Values of other libraries as Java's: a value that stands in two places is made so once. */
  private final Map<Object, Object> plain = new IdentityHashMap<>();
  /** Whether the key of a map is written now. */
  private boolean key;
  /** Levels around the value. */
  private final int around;

  private JavaValues(MsgpackWriter out, int around) {
    this.out = out;
    this.around = around;
  }

  /** An encoded list of arguments. */
  public static byte[] encodeAll(Object... values) {
    MsgpackWriter out = new MsgpackWriter();
    out.writeArrayHeader(values.length);
    for (int i = 0; i < values.length; i++) {
      write(out, values[i], "args[" + i + "]");
    }
    return out.toByteArray();
  }

  /**
   * Writes one value.
   *
   * @throws WireException VALUE_INVALID for an object that no value can be made of; the message says which part of the value it is
   */
  public static void write(MsgpackWriter out, Object value) {
    write(out, value, "result");
  }

  private static void write(MsgpackWriter out, Object value, String name) {
    try {
      new JavaValues(out, 0).root(value);
    } catch (Unwritable part) {
      throw part.within(name);
    } catch (WireException whole) {
      throw new WireException(whole.code(), name + ": " + whole.getMessage());
    }
  }

  private void root(Object whole) {
    Object value = unwrapped(whole);
    if (!container(value) && !(value instanceof Throwable)) {
      atom(value, around);
      return;
    }
    count(value, around);
    List<Object> shared = met.entrySet().stream().filter(entry -> entry.getValue() > 1 && entry.getKey() != value).map(Map.Entry::getKey).toList();
    boolean rootShared = met.getOrDefault(value, 0) > 1;
    if (shared.isEmpty() && !rootShared) {
      met.clear();
      node(value);
      return;
    }
    nodes.add(value);
    nodes.addAll(shared);
    met.clear();
    for (int i = rootShared ? 0 : 1; i < nodes.size(); i++) {
      met.put(nodes.get(i), i);
    }
    int mark = out.beginExtension();
    out.writeArrayHeader(nodes.size());
    nodes.forEach(this::node);
    out.endExtension(mark, Protocol.Extension.GRAPH);
  }

  /** A container as it is, or the error that the whole value may be. */
  private void node(Object node) {
    if (container(node)) {
      content(node, around);
    } else {
      atom(node, around);
    }
  }

  /** What stands in an Optional, which itself does not travel: null for an empty one. And values of other libraries as Java's, each once. */
  private Object unwrapped(Object value) {
    if (value == null || value.getClass().getClassLoader() == null) {
      return value instanceof Optional<?> optional ? unwrapped(optional.orElse(null)) : value;
    }
    Object known = plain.get(value);
    if (known == null) {
      known = Foreign.of(value.getClass()).plain(value);
      if (known == value) {
        return value;
      }
      known = known == null ? NOTHING : unwrapped(known);
      plain.put(value, known == null ? NOTHING : known);
    }
    return known == NOTHING ? null : known;
  }

  private static boolean container(Object value) {
    return value instanceof Collection || value instanceof Map || value != null && value.getClass().isArray() && !(value instanceof byte[]);
  }

  /** The details of an error, of its causes and its members. */
  private void countDetails(Throwable error, int depth) {
    if (error instanceof GuestFailure failure) {
      failure.details.values().forEach(inner -> count(inner, depth));
      countDetails(failure.getCause(), depth);
      failure.errors().forEach(member -> countDetails(member, depth));
    }
  }

  private void count(Object value, int depth) {
    if (value instanceof Throwable thrown) {
      countDetails(JavaErrors.of(thrown), depth + 2);
      return;
    }
    if (container(value)) {
      requireDepth(depth);
    }
    if (!container(value) || met.merge(value, 1, Integer::sum) > 1) {
      return;
    }
    if (value instanceof Map<?, ?> map) {
      map.values().forEach(inner -> count(unwrapped(inner), depth + 1));
    } else {
      elements(value).forEach(inner -> count(unwrapped(inner), depth + 1));
    }
  }

  private static void requireDepth(int depth) {
    if (depth >= Protocol.DEPTH_LIMIT) {
      throw new WireException(Code.VALUE_INVALID, "a value is nested deeper than " + Protocol.DEPTH_LIMIT + " levels; flatten it");
    }
  }

  private static Collection<?> elements(Object value) {
    if (value instanceof Collection<?> collection) {
      return collection;
    }
    List<Object> elements = new ArrayList<>();
    for (int i = 0; i < Array.getLength(value); i++) {
      elements.add(Array.get(value, i));
    }
    return elements;
  }

  private void content(Object value, int depth) {
    if (value instanceof Map<?, ?> map) {
      entries(map, depth);
      return;
    }
    boolean set = value instanceof Set;
    int mark = set ? out.beginExtension() : 0;
    Collection<?> elements = elements(value);
    out.writeArrayHeader(elements.size());
    int at = 0;
    try {
      for (Object element : elements) {
        item(element, depth + 1);
        at++;
      }
    } catch (WireException | Unwritable part) {
      throw Unwritable.at(at, part);
    }
    if (set) {
      out.endExtension(mark, Protocol.Extension.SET);
    }
  }

  private void entries(Map<?, ?> map, int depth) {
    out.writeMapHeader(map.size());
    Object at = null;
    try {
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        at = unwrapped(entry.getKey());
        if (container(at) || at instanceof Throwable) {
          throw new WireException(Code.VALUE_INVALID, "a map with such a key cannot travel; use a string or a number");
        }
        key = true;
        atom(at, depth);
        key = false;
        item(entry.getValue(), depth + 1);
      }
    } catch (WireException | Unwritable part) {
      throw Unwritable.at(container(at) || at instanceof Throwable ? at.getClass().getSimpleName() : at, part);
    }
  }

  private void item(Object part, int depth) {
    Object value = unwrapped(part);
    if (!container(value)) {
      atom(value, depth);
      return;
    }
    requireDepth(depth);
    Integer index = met.get(value);
    if (index == null) {
      content(value, depth);
      return;
    }
    int mark = out.beginExtension();
    out.writeLong(index);
    out.endExtension(mark, Protocol.Extension.BACK_REFERENCE);
  }

  private static boolean standsForItself(Object value) {
    return value == null || value instanceof String || value instanceof Boolean || value instanceof Long || value instanceof Integer || value instanceof Short
        || value instanceof Byte || value instanceof Double || value instanceof Float || value instanceof BigInteger || value instanceof byte[];
  }

  private void atom(Object value, int depth) {
    if (standsForItself(value)) {
      PlainValue.write(out, value);
    } else if (value instanceof Character) {
      out.writeString(value.toString());
    } else if (value instanceof Enum<?> constant) {
      out.writeString(constant.name());
    } else if (value instanceof Instant instant) {
      Moments.write(out, instant);
    } else if (value instanceof Duration duration) {
      Moments.write(out, duration);
    } else if (value instanceof Reference reference) {
      reference(reference);
    } else if (Reference.behind(value) != null) {
      reference(Reference.behind(value));
    } else if (value instanceof Throwable thrown) {
      int mark = out.beginExtension();
      ErrorPayload.write(out, JavaErrors.of(thrown), this::details);
      out.endExtension(mark, Protocol.Extension.ERROR);
    } else {
      named(value, depth);
    }
  }

  /** A value of a class. What it is saved as is a value of its own: containers shared inside it are a graph in it. */
  private void named(Object value, int depth) {
    Named saved = NamedValues.saved(value);
    if (saved == null) {
      throw new WireException(Code.VALUE_INVALID, "an instance of " + value.getClass().getName()
          + " cannot travel; give its class the method `public Object toAmino()`, pass plain data, or a reference to an object (docs/values.md)");
    }
    if (key && !(saved.value() instanceof String)) {
      throw new WireException(Code.VALUE_INVALID, "a map with an instance of " + value.getClass().getName() + " as key cannot travel; use a string or a number");
    }
    requireDepth(depth);
    int mark = out.beginExtension();
    out.writeArrayHeader(2);
    out.writeString(saved.name());
    new JavaValues(out, depth + 1).root(saved.value());
    out.endExtension(mark, Protocol.Extension.NAMED);
  }

  private void details(Map<String, Object> details) {
    if (details.isEmpty()) {
      out.writeNil();
    } else {
      entries(details, 1);
    }
  }

  private void reference(Reference reference) {
    int mark = out.beginExtension();
    out.writeArrayHeader(4);
    out.writeString(reference.id());
    PlainValue.write(out, reference.className());
    out.writeLong(reference.epoch());
    PlainValue.write(out, reference.address());
    out.endExtension(mark, Protocol.Extension.REFERENCE);
  }
}

package org.amino.runtime.guest.java;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.WireException;

/** Makes Clojure's own vectors, maps, sets and numbers of Java's. */
final class ClojureData {
  private static final String LANG = "clojure.lang.";
  private final ForeignLibrary library;
  /** What containers have become; themselves while their content is made. */
  private final Map<Object, Object> made = new IdentityHashMap<>();
  private boolean cyclic;

  private ClojureData(ClassLoader loader) {
    this.library = new ForeignLibrary(loader);
  }

  /** The value; unchanged where a container in it holds itself, which none of Clojure's can. */
  static Object of(ClassLoader loader, Object value) {
    ClojureData data = new ClojureData(loader);
    Object own = data.own(value);
    return data.cyclic ? value : own;
  }

  private Object own(Object value) {
    if (value instanceof BigInteger big) {
      return call("BigInt", "fromBigInteger", BigInteger.class, big);
    }
    if (value instanceof Named named && named.name().equals("amino.rational") && named.value() instanceof List<?> parts && parts.size() == 2) {
      return rational(parts);
    }
    boolean container = value instanceof List || value instanceof Set || value instanceof Map;
    if (!container) {
      return value;
    }
    Object before = made.putIfAbsent(value, value);
    if (before != null) {
      cyclic |= before == value;
      return before;
    }
    Object own = container(value);
    made.put(value, own);
    return own;
  }

  private Object container(Object value) {
    if (value instanceof Map<?, ?> map) {
      List<Object> pairs = new ArrayList<>();
      map.forEach((key, item) -> {
        pairs.add(own(key));
        pairs.add(own(item));
      });
      return call("RT", "map", Object[].class, pairs.toArray());
    }
    Object[] elements = ((Collection<?>) value).stream().map(this::own).toArray();
    return call("RT", value instanceof Set ? "set" : "vector", Object[].class, elements);
  }

  private Object rational(List<?> parts) {
    try {
      return library.type(LANG + "Numbers").getMethod("divide", Object.class, Object.class).invoke(null, own(parts.get(0)), own(parts.get(1)));
    } catch (ReflectiveOperationException invalid) {
      throw new WireException(Code.VALUE_INVALID, parts.get(0) + "/" + parts.get(1) + " is no rational number");
    }
  }

  private Object call(String type, String name, Class<?> parameter, Object argument) {
    try {
      return library.call(LANG + type, name, parameter, argument);
    } catch (ReflectiveOperationException unknown) {
      throw Foreign.failed(argument.getClass(), unknown);
    }
  }

  /** A keyword of that name. */
  static Object keyword(ClassLoader loader, String name) {
    return new ClojureData(loader).call("Keyword", "intern", String.class, name);
  }

  /** The elements of a collection as a sequence. */
  static Object sequence(ClassLoader loader, Object collection) {
    return new ClojureData(loader).call("RT", "seq", Object.class, collection);
  }
}

package org.amino.runtime.guest.java;

import java.lang.reflect.Type;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Clojure's keywords, symbols, ratios, records and lazy sequences; its vectors, maps and sets are collections of Java's. */
final class ClojureValues extends Foreign {
  private static final String LANG = "clojure.lang.";
  private final Set<String> all;

  ClojureValues(Set<String> all) {
    this.all = Set.copyOf(all);
  }

  private boolean is(String name) {
    return all.contains(LANG + name);
  }

  @Override
  Object plain(Object value) {
    try {
      if (is("Keyword")) {
        return value.toString().substring(1);
      }
      if (is("Symbol")) {
        return value.toString();
      }
      if (is("Ratio")) {
        return new Named("amino.rational", List.of(ForeignLibrary.field(value, "numerator"), ForeignLibrary.field(value, "denominator")));
      }
      if (is("BigInt")) {
        return ForeignLibrary.ask(value, "toBigInteger");
      }
    } catch (ReflectiveOperationException unreadable) {
      throw failed(value.getClass(), unreadable);
    }
    if (is("IRecord") && value instanceof Map<?, ?> fields) {
      return new Named(value.getClass().getSimpleName(), new LinkedHashMap<>(fields));
    }
    return is("ISeq") && !is("Counted") || is("LazySeq") ? LazyElements.of((Iterable<?>) value, value) : value;
  }

  @Override
  Object made(Class<?> raw, Type type, Object given) {
    if (given == null || raw.isInstance(given)) {
      return given == null ? UNKNOWN : given;
    }
    ClassLoader loader = raw.getClassLoader();
    boolean ofClass = given instanceof Named named && !named.name().startsWith("amino.");
    Object own = ClojureData.of(loader, ofClass ? ((Named) given).value() : given);
    if (is("Keyword") && own instanceof String text) {
      return ClojureData.keyword(loader, text);
    }
    if (raw.getName().equals(LANG + "ISeq")) {
      own = ClojureData.sequence(loader, own);
    }
    return raw.isInstance(own) ? own : UNKNOWN;
  }
}

package org.amino.runtime.guest.java;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Scala's collections, options, tuples, case classes, enumerations, numbers and futures (its library of 2.13 or later). */
final class ScalaValues extends Foreign {
  private static final String CONVERTERS = "scala.jdk.javaapi.CollectionConverters";
  private static final Set<String> LAZY = Set.of("scala.collection.immutable.LazyList", "scala.collection.immutable.Stream", "scala.collection.View");
  private final Class<?> type;
  private final Map<String, Class<?>> all;
  private final ForeignLibrary library;

  private ScalaValues(Class<?> type, Map<String, Class<?>> all, ForeignLibrary library) {
    this.type = type;
    this.all = all;
    this.library = library;
  }

  static ScalaValues of(Class<?> type, Map<String, Class<?>> all) {
    Class<?> any = all.values().stream().filter(each -> each.getName().startsWith("scala.")).findFirst().orElse(type);
    return new ScalaValues(type, Map.copyOf(all), new ForeignLibrary(any.getClassLoader()));
  }

  private boolean is(String name) {
    return all.containsKey("scala." + name);
  }

  @Override
  Object plain(Object value) {
    try {
      return read(value);
    } catch (ReflectiveOperationException unreadable) {
      throw failed(type, unreadable);
    }
  }

  private Object read(Object value) throws ReflectiveOperationException {
    if (is("Option")) {
      return (boolean) ForeignLibrary.ask(value, "isEmpty") ? null : ForeignLibrary.ask(value, "get");
    }
    if (is("runtime.BoxedUnit")) {
      return null;
    }
    if (is("math.BigDecimal")) {
      return ForeignLibrary.ask(value, "bigDecimal");
    }
    if (is("math.BigInt")) {
      return ForeignLibrary.ask(value, "bigInteger");
    }
    if (is("concurrent.duration.FiniteDuration")) {
      return Duration.ofNanos((long) ForeignLibrary.ask(value, "toNanos"));
    }
    if (is("collection.Map")) {
      return new LinkedHashMap<>((Map<?, ?>) library.call(CONVERTERS, "asJava", all.get("scala.collection.Map"), value));
    }
    if (is("collection.Set")) {
      return new LinkedHashSet<>((Set<?>) library.call(CONVERTERS, "asJava", all.get("scala.collection.Set"), value));
    }
    if (is("collection.Iterable")) {
      Iterable<?> elements = (Iterable<?>) library.call(CONVERTERS, "asJava", all.get("scala.collection.Iterable"), value);
      return LAZY.stream().anyMatch(all::containsKey) ? LazyElements.of(elements, value) : list(elements);
    }
    return is("Product") ? product(value) : value;
  }

  private static List<Object> list(Iterable<?> elements) {
    List<Object> list = new ArrayList<>();
    elements.forEach(list::add);
    return list;
  }

  private Object product(Object value) throws ReflectiveOperationException {
    Class<?> product = all.get("scala.Product");
    int arity = (int) ForeignLibrary.ask(value, product, "productArity");
    List<Object> parts = new ArrayList<>();
    for (int i = 0; i < arity; i++) {
      parts.add(ForeignLibrary.ask(value, product, "productElement", i));
    }
    if (all.keySet().stream().anyMatch(name -> name.matches("scala\\.Tuple\\d+"))) {
      return parts;
    }
    String name = (String) ForeignLibrary.ask(value, product, "productPrefix");
    if (arity == 0) {
      return name;
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    Iterator<Object> next = parts.iterator();
    for (int i = 0; i < arity; i++) {
      fields.put((String) ForeignLibrary.ask(value, product, "productElementName", i), next.next());
    }
    return new Named(name, fields);
  }

  @Override
  Object made(Class<?> raw, Type declared, Object given) {
    if (raw.isInstance(given)) {
      return given;
    }
    try {
      return build(raw, declared, given instanceof Named named && !named.name().startsWith("amino.array.") ? named.value() : given);
    } catch (ReflectiveOperationException unknown) {
      throw failed(raw, unknown);
    }
  }

  private Object build(Class<?> raw, Type declared, Object given) throws ReflectiveOperationException {
    if (is("Option")) {
      return library.call("scala.Option", "apply", Object.class, given == null ? null : Conversion.to(given, Conversion.parameters(declared, 1)[0]));
    }
    if (given == null) {
      return UNKNOWN;
    }
    if (is("math.BigDecimal") && Conversion.to(given, BigDecimal.class) instanceof BigDecimal decimal) {
      return ForeignLibrary.ask(library.module("scala.math.BigDecimal"), library.type("scala.math.BigDecimal$"), "javaBigDecimal2bigDecimal", decimal);
    }
    if (is("math.BigInt") && Conversion.to(given, BigInteger.class) instanceof BigInteger whole) {
      return ForeignLibrary.ask(library.module("scala.math.BigInt"), library.type("scala.math.BigInt$"), "javaBigInteger2bigInt", whole);
    }
    if (is("concurrent.duration.Duration") && given instanceof Duration duration) {
      return ForeignLibrary.ask(library.module("scala.concurrent.duration.Duration"), library.type("scala.concurrent.duration.Duration$"), "fromNanos",
          duration.toNanos());
    }
    if (is("collection.IterableOnce") && (given instanceof Collection<?> || given instanceof Map<?, ?>)) {
      return collection(raw, declared, given);
    }
    if (raw.getName().matches("scala\\.Tuple\\d+") && given instanceof Collection<?> parts) {
      return tuple(raw, declared, parts);
    }
    if (given instanceof String name && is("reflect.Enum")) {
      return constant(raw, name);
    }
    return is("Product") ? DataClass.made(raw, declared, given) : UNKNOWN;
  }

  private Object collection(Class<?> raw, Type declared, Object given) throws ReflectiveOperationException {
    Object converted;
    if (given instanceof Map<?, ?> map) {
      Type[] types = Conversion.parameters(declared, 2);
      Map<Object, Object> entries = new LinkedHashMap<>();
      map.forEach((key, item) -> entries.put(Conversion.to(key, types[0]), Conversion.to(item, types[1])));
      converted = library.call(CONVERTERS, "asScala", Map.class, entries);
    } else {
      Type element = Conversion.parameters(declared, 1)[0];
      List<Object> elements = new ArrayList<>();
      ((Collection<?>) given).forEach(each -> elements.add(Conversion.to(each, element)));
      converted = library.call(CONVERTERS, "asScala", List.class, elements);
    }
    if (is("collection.Map") != given instanceof Map) {
      return UNKNOWN;
    }
    Class<?> companion = library.type(raw.getName() + "$");
    return ForeignLibrary.ask(library.module(raw.getName()), companion, "from", converted);
  }

  private Object tuple(Class<?> raw, Type declared, Collection<?> parts) throws ReflectiveOperationException {
    Type[] types = Conversion.parameters(declared, parts.size());
    Object[] values = new Object[parts.size()];
    int at = 0;
    for (Object part : parts) {
      values[at] = Conversion.to(part, types[at]);
      at++;
    }
    return raw.getName().equals("scala.Tuple" + values.length) ? raw.getConstructors()[0].newInstance(values) : UNKNOWN;
  }

  private static Object constant(Class<?> raw, String name) throws ReflectiveOperationException {
    for (Method method : raw.getMethods()) {
      if (method.getName().equals("values") && Modifier.isStatic(method.getModifiers()) && method.getParameterCount() == 0) {
        for (Object constant : (Object[]) method.invoke(null)) {
          if (constant.toString().equals(name)) {
            return constant;
          }
        }
      }
    }
    return UNKNOWN;
  }

  @Override
  Object future(Object value) {
    if (!is("concurrent.Future")) {
      return value;
    }
    try {
      return library.call("scala.jdk.javaapi.FutureConverters", "asJava", all.get("scala.concurrent.Future"), value);
    } catch (ReflectiveOperationException unknown) {
      throw failed(type, unknown);
    }
  }
}

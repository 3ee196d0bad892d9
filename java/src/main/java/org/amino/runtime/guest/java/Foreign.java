package org.amino.runtime.guest.java;

import java.lang.reflect.Type;
import java.util.LinkedHashMap;
import java.util.Map;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.WireException;

/** Values of the libraries of Kotlin, Scala and Clojure, which are in artifacts and met by the names of their classes. */
abstract class Foreign {
  /** For what no library here knows. */
  static final Object UNKNOWN = new Object();

  private static final ClassValue<Foreign> KNOWN = new ClassValue<>() {
    @Override
    protected Foreign computeValue(Class<?> type) {
      return look(type);
    }
  };

  private static final Foreign NONE = new Foreign() {
    @Override
    Object plain(Object value) {
      return value;
    }

    @Override
    Object made(Class<?> raw, Type type, Object given) {
      return UNKNOWN;
    }
  };

  /**
   * A value as one of Java's: a collection with the same elements, what is in an option, the value of a class under its name.
   *
   * @return the value itself when it has no other form
   */
  abstract Object plain(Object value);

  /**
   * What a parameter of this class is given.
   *
   * @param given a value of Java's own
   * @return UNKNOWN when the class cannot be made of it
   */
  abstract Object made(Class<?> raw, Type type, Object given);

  /** What stands for a promise of the library: a future of Java; the value itself for everything else. */
  Object future(Object value) {
    return value;
  }

  static Foreign of(Class<?> type) {
    return KNOWN.get(type);
  }

  static Object awaited(Object value) {
    return value == null ? null : of(value.getClass()).future(value);
  }

  private static Foreign look(Class<?> type) {
    if (type.isPrimitive() || type.isArray() || type.getClassLoader() == null || NamedValues.hasHook(type)) {
      return NONE;
    }
    Map<String, Class<?>> all = new LinkedHashMap<>();
    gather(type, all);
    for (String name : all.keySet()) {
      if (name.startsWith("scala.") && !name.startsWith("scala.reflect.ScalaSignature")) {
        return ScalaValues.of(type, all);
      }
      if (name.startsWith("clojure.lang.")) {
        return new ClojureValues(all.keySet());
      }
    }
    return Origin.of(type) == Origin.KOTLIN || type.getName().startsWith("kotlinx.coroutines.") || all.containsKey("kotlinx.coroutines.Deferred")
        ? new KotlinValues(type, all) : NONE;
  }

  private static void gather(Class<?> type, Map<String, Class<?>> into) {
    if (type != null && into.putIfAbsent(type.getName(), type) == null) {
      gather(type.getSuperclass(), into);
      for (Class<?> each : type.getInterfaces()) {
        gather(each, into);
      }
    }
  }

  static WireException failed(Class<?> type, ReflectiveOperationException thrown) {
    Throwable cause = thrown.getCause() == null ? thrown : thrown.getCause();
    return new WireException(Code.VALUE_INVALID, "a value of " + type.getName() + " cannot be converted: " + cause.getClass().getSimpleName()
        + (cause.getMessage() == null ? "" : " (" + cause.getMessage() + ")"));
  }
}

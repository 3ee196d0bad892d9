package org.amino.runtime.guest.java;

import java.lang.reflect.Array;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Decoded values as the types that a method declares. */
final class Conversion {
  /** A value that does not fit a declared type. */
  static final class Mismatch extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Mismatch(Object value, Type type) {
      super(shown(value) + " is no " + type.getTypeName());
    }
  }

  private Conversion() {}

  /** A value for a message. Of containers the kind alone: what they hold may be large beyond all measure, or themselves. */
  static String shown(Object value) {
    if (value == null) {
      return "null";
    }
    String name = value.getClass().getSimpleName();
    if (value instanceof Collection || value instanceof Map || value.getClass().isArray()) {
      return value instanceof Map ? "a map" : value instanceof Set ? "a set" : value instanceof Collection ? "a list" : "an array";
    }
    String text = String.valueOf(value);
    return name + " " + (text.length() > 40 ? text.substring(0, 40) + "…" : text);
  }

  /**
   * @param value as {@link JavaDecoder} gives it
   * @throws Mismatch when it cannot be the type without loss
   */
  static Object to(Object value, Type type) {
    if (type instanceof WildcardType wildcard) {
      return to(value, bound(wildcard));
    }
    Class<?> raw = raw(type);
    Object foreign = Foreign.of(raw).made(raw, type, value);
    if (foreign != Foreign.UNKNOWN) {
      return foreign;
    }
    if (raw == Optional.class) {
      return Optional.ofNullable(value == null ? null : to(value, parameter(type)));
    }
    if (value == null) {
      if (raw.isPrimitive()) {
        throw new Mismatch(null, type);
      }
      return null;
    }
    if (raw == BigDecimal.class) {
      return value instanceof BigDecimal ? value : made(value, raw, type);
    }
    if (raw.isPrimitive() || Number.class.isAssignableFrom(raw) || raw == Boolean.class || raw == Character.class) {
      return scalar(value, raw, type);
    }
    if (raw.isArray() && raw != byte[].class) {
      return array(value, type, raw);
    }
    if (raw.isEnum() && (value instanceof Named named ? named.value() : value) instanceof String text) {
      return constant(text, raw, type);
    }
    if (value instanceof Reference reference && raw.isInterface()) {
      return reference.as(raw);
    }
    return container(value, type, raw);
  }

  private static Type bound(WildcardType wildcard) {
    return wildcard.getLowerBounds().length > 0 ? wildcard.getLowerBounds()[0] : wildcard.getUpperBounds()[0];
  }

  /** The type's own parameters; so many times Object where it says none, or another number. */
  static Type[] parameters(Type type, int count) {
    Type[] said = type instanceof ParameterizedType parameterized ? parameterized.getActualTypeArguments() : new Type[0];
    Type[] none = new Type[count];
    Arrays.fill(none, Object.class);
    return said.length == count ? said : none;
  }

  private static Class<?> raw(Type type) {
    if (type instanceof Class<?> plain) {
      return plain;
    }
    if (type instanceof ParameterizedType parameterized) {
      return (Class<?>) parameterized.getRawType();
    }
    if (type instanceof GenericArrayType generic) {
      return raw(generic.getGenericComponentType()).arrayType();
    }
    return Object.class;
  }

  private static Object scalar(Object value, Class<?> raw, Type type) {
    if (raw == boolean.class || raw == Boolean.class) {
      if (value instanceof Boolean) {
        return value;
      }
      throw new Mismatch(value, type);
    }
    if ((raw == char.class || raw == Character.class) && value instanceof String text && text.length() == 1) {
      return text.charAt(0);
    }
    if (raw == double.class || raw == Double.class || raw == float.class || raw == Float.class) {
      if (!(value instanceof Number number)) {
        throw new Mismatch(value, type);
      }
      return raw == float.class || raw == Float.class ? (Object) number.floatValue() : (Object) number.doubleValue();
    }
    if (raw == Number.class && value instanceof Number) {
      return value;
    }
    return integer(value, raw, type);
  }

  private static Object integer(Object value, Class<?> raw, Type type) {
    BigInteger whole = value instanceof BigInteger big ? big : value instanceof Long word ? BigInteger.valueOf(word) : null;
    if (whole == null) {
      throw new Mismatch(value, type);
    }
    try {
      if (raw == long.class || raw == Long.class) {
        return whole.longValueExact();
      }
      if (raw == int.class || raw == Integer.class) {
        return whole.intValueExact();
      }
      if (raw == short.class || raw == Short.class) {
        return whole.shortValueExact();
      }
      if (raw == byte.class || raw == Byte.class) {
        return whole.byteValueExact();
      }
    } catch (ArithmeticException tooLarge) {
      throw new Mismatch(value, type);
    }
    if (raw == BigInteger.class) {
      return whole;
    }
    throw new Mismatch(value, type);
  }

  private static Object array(Object value, Type type, Class<?> raw) {
    Object listed = value instanceof Named named ? NamedValues.numbers(named) : value;
    if (!(listed instanceof Collection<?> elements)) {
      throw new Mismatch(value, type);
    }
    Type component = type instanceof GenericArrayType generic ? generic.getGenericComponentType() : raw.getComponentType();
    Object array = Array.newInstance(raw.getComponentType(), elements.size());
    int i = 0;
    for (Object element : elements) {
      Array.set(array, i++, to(element, component));
    }
    return array;
  }

  private static Object constant(String text, Class<?> raw, Type type) {
    for (Object constant : raw.getEnumConstants()) {
      if (((Enum<?>) constant).name().equals(text)) {
        return constant;
      }
    }
    throw new Mismatch(text, type);
  }

  private static Object container(Object value, Type type, Class<?> raw) {
    Type[] parameters = type instanceof ParameterizedType parameterized ? parameterized.getActualTypeArguments() : new Type[0];
    if (value instanceof Map<?, ?> map && raw.isAssignableFrom(LinkedHashMap.class)) {
      return parameters.length == 2 ? converted(map, parameters) : value;
    }
    if (value instanceof Collection<?> elements && raw.isAssignableFrom(LinkedHashSet.class) && (value instanceof Set || !raw.isInstance(value))) {
      return parameters.length == 1 ? converted(elements, parameters[0], new LinkedHashSet<>()) : new LinkedHashSet<>(elements);
    }
    if (value instanceof List<?> elements && raw.isAssignableFrom(ArrayList.class)) {
      return parameters.length == 1 ? converted(elements, parameters[0], new ArrayList<>()) : value;
    }
    return raw.isInstance(value) ? value : made(value, raw, type);
  }

  /** A value that the declared class is made of. */
  private static Object made(Object value, Class<?> raw, Type type) {
    Object made = NamedValues.as(raw, value);
    if (made == null) {
      throw new Mismatch(value, type);
    }
    return made;
  }

  private static Type parameter(Type type) {
    return type instanceof ParameterizedType parameterized ? parameterized.getActualTypeArguments()[0] : Object.class;
  }

  private static Collection<Object> converted(Collection<?> elements, Type parameter, Collection<Object> into) {
    for (Object element : elements) {
      into.add(to(element, parameter));
    }
    return into;
  }

  private static Map<Object, Object> converted(Map<?, ?> map, Type[] parameters) {
    Map<Object, Object> into = new LinkedHashMap<>();
    map.forEach((key, item) -> into.put(to(key, parameters[0]), to(item, parameters[1])));
    return into;
  }
}

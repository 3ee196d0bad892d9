package org.amino.runtime.guest.java;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.WireException;

/** Values of classes under their names (docs/values.md): what Java's own library has, records, and classes with {@code toAmino} and {@code fromAmino}. */
final class NamedValues {
  private static final String SAVE = "toAmino";
  private static final String LOAD = "fromAmino";

  /** A class of Java's own that travels as a text; the text that comes of a value must be the one that was read. */
  private record Standard(String name, Class<?> type, Function<String, Object> reading) {}

  private static final List<Standard> STANDARD = List.of(new Standard("amino.decimal", BigDecimal.class, BigDecimal::new),
      new Standard("amino.date", LocalDate.class, LocalDate::parse), new Standard("amino.time", LocalTime.class, LocalTime::parse),
      new Standard("amino.uuid", UUID.class, UUID::fromString), new Standard("amino.url", URI.class, URI::create));

  private static final ClassValue<Optional<Method>> SAVERS = new ClassValue<>() {
    @Override
    protected Optional<Method> computeValue(Class<?> type) {
      return Optional.ofNullable(method(type, SAVE, false));
    }
  };

  private NamedValues() {}

  /** Whether a class says itself how its values travel. */
  static boolean hasHook(Class<?> type) {
    return SAVERS.get(type).isPresent() || method(type, LOAD, true) != null;
  }

  /** How a value travels under a name; null when it is of no class that can. */
  static Named saved(Object value) {
    if (value instanceof Named named) {
      return named;
    }
    for (Standard standard : STANDARD) {
      if (standard.type.isInstance(value)) {
        return new Named(standard.name, text(value));
      }
    }
    Optional<Method> hook = SAVERS.get(value.getClass());
    if (hook.isPresent()) {
      return new Named(value.getClass().getSimpleName(), invoke(hook.get(), value));
    }
    return value instanceof Record ? new Named(value.getClass().getSimpleName(), fields(value)) : null;
  }

  private static String text(Object value) {
    if (!(value instanceof LocalTime time)) {
      return value.toString();
    }
    String fraction = time.getNano() == 0 ? "" : String.format(".%09d", time.getNano()).replaceAll("0+$", "");
    return String.format("%02d:%02d:%02d%s", time.getHour(), time.getMinute(), time.getSecond(), fraction);
  }

  private static Map<String, Object> fields(Object value) {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (RecordComponent component : value.getClass().getRecordComponents()) {
      component.getAccessor().setAccessible(true);
      fields.put(component.getName(), invoke(component.getAccessor(), value));
    }
    return fields;
  }

  /** The value of Java's own that a name and a payload say; {@link Named} where Java has none, or cannot hold it without loss. */
  static Object loaded(String name, Object payload) {
    for (Standard standard : STANDARD) {
      if (standard.name.equals(name) && payload instanceof String written) {
        Object value = read(standard, written);
        return value != null && text(value).equals(written) ? value : new Named(name, payload);
      }
    }
    return new Named(name, payload);
  }

  private static Object read(Standard standard, String text) {
    try {
      return standard.reading.apply(text);
    } catch (RuntimeException none) {
      return null;
    }
  }

  /**
   * What a method that declares a class is given for a payload, named or plain.
   *
   * @return null when the class has no way to be made of it
   */
  static Object as(Class<?> type, Object given) {
    Object payload = given instanceof Named named ? named.value() : given;
    Method hook = method(type, LOAD, true);
    if (hook != null) {
      return invoke(hook, null, payload);
    }
    if (type.isRecord() && payload instanceof Map<?, ?> fields) {
      return record(type, fields);
    }
    if (type == BigDecimal.class && (payload instanceof Long || payload instanceof java.math.BigInteger)) {
      return new BigDecimal(payload.toString());
    }
    for (Standard standard : STANDARD) {
      if (standard.type == type && payload instanceof String text) {
        return read(standard, text);
      }
    }
    return null;
  }

  private static Object record(Class<?> type, Map<?, ?> fields) {
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      if (!fields.containsKey(components[i].getName())) {
        return null;
      }
      types[i] = components[i].getType();
      values[i] = Conversion.to(fields.get(components[i].getName()), components[i].getGenericType());
    }
    if (fields.size() != components.length) {
      return null;
    }
    try {
      var constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw failed(type.getSimpleName(), "constructor", e);
    }
  }

  /** The numbers of a packed array (`amino.array.…`), or null for another value. */
  static List<Object> numbers(Named named) {
    if (!named.name().startsWith("amino.array.") || !(named.value() instanceof byte[] bytes)) {
      return null;
    }
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    String kind = named.name().substring("amino.array.".length());
    List<Object> numbers = new ArrayList<>();
    try {
      while (in.hasRemaining()) {
        numbers.add(number(in, kind));
      }
    } catch (java.nio.BufferUnderflowException half) {
      return null;
    }
    return numbers.contains(null) ? null : numbers;
  }

  private static Object number(ByteBuffer in, String kind) {
    return switch (kind) {
      case "int8" -> (long) in.get();
      case "uint8", "uint8_clamped" -> (long) (in.get() & 0xff);
      case "int16" -> (long) in.getShort();
      case "uint16" -> (long) (in.getShort() & 0xffff);
      case "int32" -> (long) in.getInt();
      case "uint32" -> in.getInt() & 0xffffffffL;
      case "int64" -> in.getLong();
      case "uint64" -> new java.math.BigInteger(Long.toUnsignedString(in.getLong()));
      case "float32" -> (double) in.getFloat();
      case "float64" -> in.getDouble();
      default -> {
        in.get();
        yield null;
      }
    };
  }

  private static Method method(Class<?> type, String name, boolean isStatic) {
    for (Method method : type.getMethods()) {
      if (method.getName().equals(name) && Modifier.isStatic(method.getModifiers()) == isStatic && method.getParameterCount() == (isStatic ? 1 : 0)) {
        method.setAccessible(true);
        return method;
      }
    }
    return null;
  }

  private static Object invoke(Method method, Object target, Object... arguments) {
    try {
      if (arguments.length == 1 && arguments[0] != null) {
        arguments[0] = Conversion.to(arguments[0], method.getGenericParameterTypes()[0]);
      }
      return method.invoke(target, arguments);
    } catch (ReflectiveOperationException e) {
      throw failed(method.getDeclaringClass().getSimpleName(), method.getName(), e);
    }
  }

  private static WireException failed(String type, String name, ReflectiveOperationException thrown) {
    Throwable cause = thrown instanceof InvocationTargetException ? thrown.getCause() : thrown;
    return new WireException(Code.VALUE_INVALID, "`" + name + "` of " + type + " threw " + cause);
  }
}

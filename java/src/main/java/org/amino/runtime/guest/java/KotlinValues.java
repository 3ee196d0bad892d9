package org.amino.runtime.guest.java;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Kotlin's data classes, pairs, objects and deferred results. Its collections are Java's. */
final class KotlinValues extends Foreign {
  private static final Set<String> TUPLES = Set.of("kotlin.Pair", "kotlin.Triple");
  private static final String DEFERRED = "kotlinx.coroutines.Deferred";
  private final Class<?> type;
  private final Class<?> deferred;
  private final int components;

  KotlinValues(Class<?> type, Map<String, Class<?>> all) {
    this.type = type;
    this.deferred = all.get(DEFERRED);
    int found = 0;
    while (has("component" + (found + 1))) {
      found++;
    }
    this.components = has("copy") ? found : 0;
  }

  private boolean has(String method) {
    return Arrays.stream(type.getMethods()).anyMatch(each -> each.getName().equals(method));
  }

  @Override
  Object plain(Object value) {
    try {
      if (type.getName().equals("kotlin.Unit")) {
        return null;
      }
      if (components == 0) {
        return single() ? type.getSimpleName() : value;
      }
      List<Object> parts = new ArrayList<>();
      for (int i = 1; i <= components; i++) {
        parts.add(ForeignLibrary.ask(value, "component" + i));
      }
      return TUPLES.contains(type.getName()) ? parts : new Named(type.getSimpleName(), fields(parts));
    } catch (ReflectiveOperationException unreadable) {
      throw failed(type, unreadable);
    }
  }

  /** The compiler writes the fields of the constructor's properties first. */
  private Map<String, Object> fields(List<Object> parts) {
    List<Field> declared = Arrays.stream(type.getDeclaredFields()).filter(field -> !Modifier.isStatic(field.getModifiers())).toList();
    Map<String, Object> fields = new LinkedHashMap<>();
    for (int i = 0; i < parts.size(); i++) {
      fields.put(declared.get(i).getName(), parts.get(i));
    }
    return fields;
  }

  private boolean single() {
    return Arrays.stream(type.getFields()).anyMatch(field -> field.getName().equals("INSTANCE") && field.getType() == type);
  }

  @Override
  Object made(Class<?> raw, Type declared, Object given) {
    if (components == 0 || raw.isInstance(given)) {
      return UNKNOWN;
    }
    if (TUPLES.contains(raw.getName()) && given instanceof Collection<?> parts && parts.size() == components) {
      Type[] types = Conversion.parameters(declared, components);
      Map<String, Object> fields = new LinkedHashMap<>();
      int at = 0;
      for (Object part : parts) {
        fields.put(List.of("first", "second", "third").get(at), Conversion.to(part, types[at]));
        at++;
      }
      return DataClass.made(raw, declared, fields);
    }
    return DataClass.made(raw, declared, given);
  }

  @Override
  Object future(Object value) {
    if (deferred == null) {
      return value;
    }
    try {
      return new ForeignLibrary(deferred.getClassLoader()).call("kotlinx.coroutines.future.FutureKt", "asCompletableFuture", deferred, value);
    } catch (ReflectiveOperationException unknown) {
      throw failed(type, unknown);
    }
  }
}

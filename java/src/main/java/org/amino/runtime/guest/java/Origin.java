package org.amino.runtime.guest.java;

import java.lang.annotation.Annotation;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;

/** Which language a class was written in. Their libraries are in artifacts, not here: everything of them is met by name. */
enum Origin {
  JAVA, KOTLIN, SCALA, CLOJURE;

  private static final List<String> CLOJURE_TYPES = List.of("clojure.lang.IType", "clojure.lang.IRecord");
  private static final ClassValue<Origin> KNOWN = new ClassValue<>() {
    @Override
    protected Origin computeValue(Class<?> type) {
      return look(type);
    }
  };

  static Origin of(Class<?> type) {
    return KNOWN.get(type);
  }

  private static Origin look(Class<?> type) {
    if (type.getClassLoader() == null || type.isArray()) {
      return JAVA;
    }
    for (Annotation annotation : type.getAnnotations()) {
      if (annotation.annotationType().getName().equals("kotlin.Metadata")) {
        return KOTLIN;
      }
      if (annotation.annotationType().getName().equals("scala.reflect.ScalaSignature")) {
        return SCALA;
      }
    }
    String file = type.getName().replaceAll("\\$.*$", "").replace('.', '/');
    if (type.getClassLoader().getResource(file + ".tasty") != null) {
      return SCALA;
    }
    boolean clojure = Arrays.stream(type.getInterfaces()).map(Class::getName).anyMatch(CLOJURE_TYPES::contains)
        || Arrays.stream(type.getDeclaredFields()).map(Field::getType).anyMatch(each -> each.getName().equals("clojure.lang.Var"));
    return clojure ? CLOJURE : JAVA;
  }

  /** Whether a class is one of values: a record, a data or case class. */
  static boolean isValue(Class<?> type) {
    List<String> interfaces = Arrays.stream(type.getInterfaces()).map(Class::getName).toList();
    if (type.isRecord() || interfaces.contains("scala.Product") || interfaces.contains("clojure.lang.IRecord")) {
      return true;
    }
    List<String> methods = of(type) == KOTLIN ? Arrays.stream(type.getMethods()).map(Method::getName).toList() : List.of();
    return methods.contains("component1") && methods.contains("copy");
  }

  /** The names that the Kotlin compiler has written of what is in a class: those of its properties are among them. */
  static List<String> kotlinNames(Class<?> type) {
    for (Annotation annotation : type.getAnnotations()) {
      if (annotation.annotationType().getName().equals("kotlin.Metadata")) {
        try {
          Object names = annotation.annotationType().getMethod("d2").invoke(annotation);
          return Arrays.asList(Arrays.copyOf((Object[]) names, Array.getLength(names), String[].class));
        } catch (ReflectiveOperationException unknown) {
          return List.of();
        }
      }
    }
    return List.of();
  }
}

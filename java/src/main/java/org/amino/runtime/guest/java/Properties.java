package org.amino.runtime.guest.java;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The properties of a Kotlin class, and the `val`s and `var`s of a Scala class: members that read, and members `name=` that set. */
final class Properties {
  /** What Scala's name of a setter ends with. */
  static final String SCALA_SETTER = "_$eq";
  private final Map<String, String> members = new HashMap<>();

  private Properties() {}

  static Properties of(Class<?> type) {
    Properties found = new Properties();
    for (Class<?> each = type; each != null && each != Object.class; each = each.getSuperclass()) {
      Origin origin = Origin.of(each);
      if (origin == Origin.KOTLIN) {
        found.addKotlin(each);
      } else if (origin == Origin.SCALA) {
        found.addScala(each);
      }
    }
    return found;
  }

  private void addKotlin(Class<?> type) {
    List<String> names = Origin.kotlinNames(type);
    for (Method method : type.getDeclaredMethods()) {
      for (String prefix : List.of("get", "is", "set")) {
        String name = method.getName();
        int parameters = prefix.equals("set") ? 1 : 0;
        if (name.length() <= prefix.length() || !name.startsWith(prefix) || method.getParameterCount() != parameters) {
          continue;
        }
        String rest = name.substring(prefix.length());
        String property = prefix.equals("is") ? name : Character.toLowerCase(rest.charAt(0)) + rest.substring(1);
        boolean truth = prefix.equals("set") && names.contains("is" + rest);
        if (names.contains(property) || truth) {
          members.putIfAbsent(name, (truth ? "is" + rest : property) + (parameters == 1 ? "=" : ""));
        }
      }
    }
    members.entrySet().removeIf(each -> each.getValue().endsWith("=") && !members.containsValue(each.getValue().substring(0, each.getValue().length() - 1)));
  }

  private void addScala(Class<?> type) {
    Set<String> fields = Arrays.stream(type.getDeclaredFields()).map(Field::getName).collect(Collectors.toSet());
    for (Method method : type.getDeclaredMethods()) {
      String name = method.getName();
      if (name.endsWith(SCALA_SETTER) && method.getParameterCount() == 1) {
        members.putIfAbsent(name, name.substring(0, name.length() - SCALA_SETTER.length()) + "=");
      } else if (method.getParameterCount() == 0 && fields.contains(name)) {
        members.putIfAbsent(name, name);
      }
    }
  }

  /** The name of the member that a method is. */
  String member(Method method) {
    boolean reads = method.getParameterCount() == 0;
    String property = members.get(method.getName());
    return property != null && reads != property.endsWith("=") ? property : method.getName();
  }

  Set<String> names() {
    return new HashSet<>(members.values());
  }
}

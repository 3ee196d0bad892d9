package org.amino.runtime.guest.java;

import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.amino.runtime.guest.InterfaceDescription;

/** The public methods of a class, by name; several of one name are overloads. */
final class JavaInterface {
  private final Class<?> type;
  private final Map<String, List<Method>> methods = new TreeMap<>();

  JavaInterface(Class<?> type) {
    this.type = type;
    for (Method method : type.getMethods()) {
      if (offered(method)) {
        method.trySetAccessible();
        methods.computeIfAbsent(method.getName(), name -> new ArrayList<>()).add(method);
      }
    }
    methods.values().forEach(overloads -> overloads.sort(Comparator.comparingInt(Method::getParameterCount)));
  }

  private static boolean offered(Method method) {
    boolean ours = method.getDeclaringClass() != Object.class && !method.isBridge() && !method.isSynthetic() && !Modifier.isStatic(method.getModifiers());
    return ours && !method.getName().startsWith("_") && !method.getName().equals("amino_save") && !method.getName().equals("amino_load");
  }

  Class<?> type() {
    return type;
  }

  Map<String, List<Method>> methods() {
    return methods;
  }

  /** A method that is no member, such as `amino_save`; null when the class has none. */
  Method hook(String name, int parameters) {
    for (Method method : type.getMethods()) {
      if (method.getName().equals(name) && method.getParameterCount() == parameters) {
        method.trySetAccessible();
        return method;
      }
    }
    return null;
  }

  InterfaceDescription describe() {
    List<InterfaceDescription.Member> members = new ArrayList<>();
    methods.forEach((name, overloads) -> members.add(describe(name, overloads)));
    Constructor<?> widest = Arrays.stream(type.getConstructors()).max(Comparator.comparingInt(Constructor::getParameterCount)).orElse(null);
    return new InterfaceDescription(type.getSimpleName(), "", List.copyOf(members), widest == null ? List.of() : parameters(widest));
  }

  private static InterfaceDescription.Member describe(String name, List<Method> overloads) {
    Method widest = overloads.get(overloads.size() - 1);
    boolean open = overloads.stream().anyMatch(Method::isVarArgs);
    int required = overloads.get(0).getParameterCount() - (overloads.get(0).isVarArgs() ? 1 : 0);
    return new InterfaceDescription.Member(name, open ? -1 : widest.getParameterCount(), required, readOnly(overloads), parameters(widest), "", false);
  }

  static boolean readOnly(List<Method> overloads) {
    return overloads.stream().allMatch(method -> method.isAnnotationPresent(ReadOnly.class));
  }

  static List<String> parameters(Executable executable) {
    return Arrays.stream(executable.getParameters()).map(Parameter::getName).toList();
  }
}

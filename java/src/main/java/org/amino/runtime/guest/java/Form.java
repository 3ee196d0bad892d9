package org.amino.runtime.guest.java;

import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * One of the forms that a method or constructor has: an overload.
 *
 * @param names of the parameters
 * @param types of the parameters, as they were declared
 * @param defaults null when no argument can be left out
 * @param suspending whether it is a Kotlin function that may suspend, which takes a continuation besides
 */
record Form(Executable executable, List<String> names, List<Type> types, Defaults defaults, boolean suspending) {
  private static final String CONTINUATION = "kotlin.coroutines.Continuation";

  static Form of(Executable executable, ClassBodies bodies) {
    Class<?>[] raw = executable.getParameterTypes();
    boolean suspending = executable instanceof Method && raw.length > 0 && raw[raw.length - 1].getName().equals(CONTINUATION);
    int count = suspending ? raw.length - 1 : raw.length;
    Type[] declared = executable.getGenericParameterTypes();
    Type[] types = Arrays.copyOf(declared.length == raw.length ? declared : raw, count);
    Defaults defaults = switch (Origin.of(executable.getDeclaringClass())) {
      case KOTLIN -> count == 0 ? null : KotlinDefaults.of(executable, count, bodies);
      case SCALA -> count == 0 ? null : ScalaDefaults.of(executable);
      default -> null;
    };
    executable.trySetAccessible();
    return new Form(executable, names(executable, bodies).subList(0, count), List.of(types), defaults, suspending);
  }

  private static List<String> names(Executable executable, ClassBodies bodies) {
    Parameter[] parameters = executable.getParameters();
    List<String> names = new ArrayList<>();
    ClassBodies.Body body = parameters.length == 0 || parameters[0].isNamePresent() ? null : bodies.of(executable);
    int slot = Modifier.isStatic(executable.getModifiers()) ? 0 : 1;
    for (Parameter parameter : parameters) {
      String known = body == null ? null : body.variables().get(slot);
      names.add(known == null ? parameter.getName() : known);
      slot += parameter.getType() == long.class || parameter.getType() == double.class ? 2 : 1;
    }
    return names;
  }

  /** An argument as the parameter wants it. Code in Clojure declares few types, and wants its own collections. */
  Object converted(int index, Object given) {
    Type type = types.get(index);
    Object converted = Conversion.to(given, type);
    Class<?> declaring = executable.getDeclaringClass();
    return type == Object.class && Origin.of(declaring) == Origin.CLOJURE ? ClojureData.of(declaring.getClassLoader(), converted) : converted;
  }

  boolean open() {
    return executable.isVarArgs();
  }

  boolean optional(int index) {
    return defaults != null && defaults.has(index);
  }

  /** How many arguments must be given. */
  int required() {
    int required = 0;
    for (int i = 0; i < types.size(); i++) {
      required += optional(i) || open() && i == types.size() - 1 ? 0 : 1;
    }
    return required;
  }

  /**
   * Runs it.
   *
   * @param target the instance; null for a constructor
   * @param continuation what a suspending function takes
   */
  Object call(Object target, Object[] arguments, BitSet missing, Object continuation) throws ReflectiveOperationException {
    Object[] all = suspending ? Arrays.copyOf(arguments, arguments.length + 1) : arguments;
    if (suspending) {
      all[arguments.length] = continuation;
    }
    if (!missing.isEmpty()) {
      return defaults.call(target, all, missing);
    }
    return executable instanceof Method method ? method.invoke(target, all) : ((Constructor<?>) executable).newInstance(all);
  }
}

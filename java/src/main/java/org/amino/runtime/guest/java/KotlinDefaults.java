package org.amino.runtime.guest.java;

import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Kotlin compiles a second form of a function with defaults, `name$default`: it takes the function's parameters, then for each 32 of them a number whose bits
 * say which are left out, and something that tells it from other overloads. Which bits it asks for says which parameters have a default.
 */
final class KotlinDefaults implements Defaults {
  private final Executable full;
  private final int parameters;
  private final BitSet known;

  private KotlinDefaults(Executable full, int parameters, BitSet known) {
    this.full = full;
    this.parameters = parameters;
    this.known = known;
  }

  /**
   * @param parameters how many the function itself declares, without a continuation
   * @return null for a function without defaults
   */
  static KotlinDefaults of(Executable executable, int parameters, ClassBodies bodies) {
    Class<?> type = executable.getDeclaringClass();
    List<Executable> declared = new ArrayList<>(Arrays.asList(executable instanceof Method ? type.getDeclaredMethods() : type.getDeclaredConstructors()));
    for (Executable full : declared) {
      if (full.isSynthetic() && Arrays.equals(full.getParameterTypes(), wanted(executable, parameters)) && named(full, executable)) {
        ClassBodies.Body body = bodies.of(full);
        full.trySetAccessible();
        return body == null ? null : new KotlinDefaults(full, parameters, optional(full, parameters, body));
      }
    }
    return null;
  }

  private static boolean named(Executable full, Executable executable) {
    return executable instanceof Constructor || Modifier.isStatic(full.getModifiers()) && full.getName().equals(executable.getName() + "$default");
  }

  private static Class<?>[] wanted(Executable executable, int parameters) {
    List<Class<?>> types = new ArrayList<>(Arrays.asList(executable.getParameterTypes()));
    for (int i = 0; i < masks(parameters); i++) {
      types.add(int.class);
    }
    if (executable instanceof Method method) {
      types.add(0, method.getDeclaringClass());
      types.add(Object.class);
    } else {
      Class<?> marker = marker(executable.getDeclaringClass());
      types.add(marker == null ? void.class : marker);
    }
    return types.toArray(new Class<?>[0]);
  }

  private static Class<?> marker(Class<?> type) {
    try {
      return Class.forName("kotlin.jvm.internal.DefaultConstructorMarker", false, type.getClassLoader());
    } catch (ClassNotFoundException | LinkageError none) {
      return null;
    }
  }

  private static int masks(int parameters) {
    return (parameters + 31) / 32;
  }

  private static BitSet optional(Executable full, int parameters, ClassBodies.Body body) {
    int slot = full instanceof Constructor ? 1 : 0;
    Class<?>[] types = full.getParameterTypes();
    int first = types.length - 1 - masks(parameters);
    BitSet optional = new BitSet();
    for (int i = 0; i < types.length - 1; i++) {
      if (i >= first) {
        int bits = body.tested().getOrDefault(slot, 0);
        for (int bit = 0; bit < 32; bit++) {
          optional.set((i - first) * 32 + bit, (bits >>> bit & 1) == 1);
        }
      }
      slot += types[i] == long.class || types[i] == double.class ? 2 : 1;
    }
    return optional;
  }

  @Override
  public boolean has(int index) {
    return known.get(index);
  }

  @Override
  public Object call(Object target, Object[] arguments, BitSet missing) throws ReflectiveOperationException {
    Class<?>[] types = full.getParameterTypes();
    Object[] all = new Object[types.length];
    int at = target == null ? 0 : 1;
    all[0] = target;
    System.arraycopy(arguments, 0, all, at, arguments.length);
    for (int i = 0; i < parameters; i++) {
      if (missing.get(i) && types[at + i].isPrimitive()) {
        all[at + i] = Array.get(Array.newInstance(types[at + i], 1), 0);
      }
    }
    for (int i = 0; i < masks(parameters); i++) {
      int from = i * 32;
      int bits = 0;
      for (int bit = missing.nextSetBit(from); bit >= 0 && bit < from + 32; bit = missing.nextSetBit(bit + 1)) {
        bits |= 1 << bit - from;
      }
      all[at + arguments.length + i] = bits;
    }
    return full instanceof Method method ? method.invoke(null, all) : ((Constructor<?>) full).newInstance(all);
  }
}

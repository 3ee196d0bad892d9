package org.amino.runtime.guest.java;

import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.BitSet;

/** Scala compiles a method for each default, `name$default$1`: of the instance, and for constructors static ones of the class. */
final class ScalaDefaults implements Defaults {
  private static final String CONSTRUCTOR = "$lessinit$greater";
  private final Executable executable;
  private final Method[] getters;

  private ScalaDefaults(Executable executable, Method[] getters) {
    this.executable = executable;
    this.getters = getters;
  }

  /** Null for a method without defaults. */
  static ScalaDefaults of(Executable executable) {
    Class<?>[] types = executable.getParameterTypes();
    Method[] getters = new Method[types.length];
    String name = (executable instanceof Constructor ? CONSTRUCTOR : executable.getName()) + "$default$";
    for (Method method : executable.getDeclaringClass().getMethods()) {
      if (method.getName().startsWith(name)) {
        int index = Integer.parseInt(method.getName().substring(name.length())) - 1;
        // Only one overload of a name may have defaults: their types must fit it. A default may take the parameter lists before its own.
        if (index < types.length && types[index].isAssignableFrom(method.getReturnType()) && method.getParameterCount() <= index) {
          method.trySetAccessible();
          getters[index] = method;
        }
      }
    }
    return Arrays.stream(getters).allMatch(getter -> getter == null) ? null : new ScalaDefaults(executable, getters);
  }

  @Override
  public boolean has(int index) {
    return getters[index] != null;
  }

  @Override
  public Object call(Object target, Object[] arguments, BitSet missing) throws ReflectiveOperationException {
    for (int i = missing.nextSetBit(0); i >= 0; i = missing.nextSetBit(i + 1)) {
      arguments[i] = getters[i].invoke(target, Arrays.copyOf(arguments, getters[i].getParameterCount()));
    }
    return executable instanceof Method method ? method.invoke(target, arguments) : ((Constructor<?>) executable).newInstance(arguments);
  }
}

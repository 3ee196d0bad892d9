package org.amino.runtime.guest.java;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;

/** A library in an artifact: its classes and methods by name. */
record ForeignLibrary(ClassLoader loader) {
  Class<?> type(String name) throws ReflectiveOperationException {
    return Class.forName(name, true, loader);
  }

  /** Calls a static method with arguments of exactly these types. */
  Object call(String type, String name, Class<?> parameter, Object argument) throws ReflectiveOperationException {
    return type(type).getMethod(name, parameter).invoke(null, argument);
  }

  /** The only instance of a Scala object. */
  Object module(String name) throws ReflectiveOperationException {
    return type(name + "$").getField("MODULE$").get(null);
  }

  /** What a public field holds. */
  static Object field(Object target, String name) throws ReflectiveOperationException {
    return target.getClass().getField(name).get(target);
  }

  /** Calls a method without parameters, wherever it is declared. */
  static Object ask(Object target, String name) throws ReflectiveOperationException {
    return ask(target, target.getClass(), name);
  }

  static Object ask(Object target, Class<?> declaring, String name, Object... arguments) throws ReflectiveOperationException {
    for (Method method : declaring.getMethods()) {
      if (method.getName().equals(name) && method.getParameterCount() == arguments.length && !method.isBridge() && !Modifier.isStatic(method.getModifiers())) {
        method.trySetAccessible();
        return method.invoke(target, arguments);
      }
    }
    throw new InvocationTargetException(new NoSuchMethodError(name));
  }
}

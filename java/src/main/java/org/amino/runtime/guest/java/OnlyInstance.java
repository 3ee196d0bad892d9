package org.amino.runtime.guest.java;

import java.lang.reflect.Field;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.Protocol.Code;

/** The instance of a Kotlin or Scala `object`, of which a context has one. */
final class OnlyInstance {
  private final Object instance;
  private final String name;
  private boolean used;

  private OnlyInstance(Object instance, String name) {
    this.instance = instance;
    this.name = name;
  }

  /** Null for a class, whose instances are made. */
  static OnlyInstance of(Class<?> type) throws ReflectiveOperationException {
    for (Field field : type.getFields()) {
      boolean named = field.getName().equals("INSTANCE") && Origin.of(type) == Origin.KOTLIN || field.getName().equals("MODULE$");
      if (named && field.getType() == type && type.getConstructors().length == 0) {
        return new OnlyInstance(field.get(null), name(type));
      }
    }
    return null;
  }

  /** The class of the object itself where a name stands for a Scala `object`: beside it there is one with static methods. */
  static Class<?> behind(Class<?> type) {
    if (type.getConstructors().length > 0) {
      return type;
    }
    try {
      Class<?> module = Class.forName(type.getName() + "$", true, type.getClassLoader());
      return module.getField("MODULE$").getType() == module ? module : type;
    } catch (ReflectiveOperationException | LinkageError none) {
      return type;
    }
  }

  /** A class's name as the source has it. */
  static String name(Class<?> type) {
    String name = type.getSimpleName();
    return name.endsWith("$") ? name.substring(0, name.length() - 1) : name;
  }

  /**
   * The instance for an object.
   *
   * @param anew whether its state is not to be replaced afterwards
   */
  Object take(boolean anew) throws GuestFailure {
    if (used && anew) {
      throw GuestFailure.of(Code.ARGUMENT_INVALID, name + " is declared as one object, and its context has had it already; declare a class, or register it"
          + " with a context of its own (own_context)");
    }
    used = true;
    return instance;
  }
}

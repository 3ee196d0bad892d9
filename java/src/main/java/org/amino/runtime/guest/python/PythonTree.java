package org.amino.runtime.guest.python;

import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A node of a Python text as the engine's own parser reads it. The parser is asked through reflection: its jar is on the class path only where
 * Python is, and need not be there to build this.
 */
final class PythonTree {
  private static final String PACKAGE = "com.oracle.graal.python.pegparser.";
  private static final int MINOR_VERSION = 12;
  private static final ClassValue<List<Field>> FIELDS = new ClassValue<>() {
    @Override
    protected List<Field> computeValue(Class<?> type) {
      List<Field> fields = new ArrayList<>();
      for (Field field : type.getFields()) {
        if (!Modifier.isStatic(field.getModifiers())) {
          fields.add(field);
        }
      }
      return fields;
    }
  };

  private final Object node;
  private final Map<String, Object> parts = new HashMap<>();

  private PythonTree(Object node) throws IllegalAccessException {
    this.node = node;
    for (Field field : FIELDS.get(node.getClass())) {
      parts.put(field.getName(), field.get(node));
    }
  }

  /**
   * The root of a text that the engine has loaded before.
   *
   * @throws IllegalStateException where the engine's parser cannot be asked
   */
  static PythonTree of(String text) {
    try {
      Class<?> callbacks = Class.forName(PACKAGE + "ParserCallbacks");
      Object silent = Proxy.newProxyInstance(callbacks.getClassLoader(), new Class<?>[] {callbacks}, (proxy, method, arguments) ->
          RuntimeException.class.isAssignableFrom(method.getReturnType()) ? new IllegalStateException("a text of Python cannot be read") : null);
      for (Constructor<?> made : Class.forName(PACKAGE + "Parser").getConstructors()) {
        if (made.getParameterCount() == 5) {
          Object parser = made.newInstance(text, silent, file(), noFlags(), MINOR_VERSION);
          return new PythonTree(parser.getClass().getMethod("parse").invoke(parser));
        }
      }
    } catch (ReflectiveOperationException | LinkageError changed) {
      throw new IllegalStateException("the parser of Python cannot be asked", changed);
    }
    throw new IllegalStateException("the parser of Python is made in another way");
  }

  private static Object file() throws ReflectiveOperationException {
    return Class.forName(PACKAGE + "InputType").getField("FILE").get(null);
  }

  private static Object noFlags() throws ReflectiveOperationException {
    return EnumSet.class.getMethod("noneOf", Class.class).invoke(null, Class.forName(PACKAGE + "AbstractParser$Flags"));
  }

  /** Such as {@code FunctionDef}. */
  String kind() {
    return node.getClass().getSimpleName();
  }

  boolean is(String... kinds) {
    return List.of(kinds).contains(kind());
  }

  int line() {
    try {
      Object range = node.getClass().getMethod("getSourceRange").invoke(node);
      return range.getClass().getField("startLine").getInt(range);
    } catch (ReflectiveOperationException changed) {
      throw new IllegalStateException("the parser of Python says no lines", changed);
    }
  }

  /** The text of a field, a constant as well; empty where there is none. */
  String text(String name) {
    Object part = parts.get(name);
    return part == null || part instanceof Object[] || isNode(part) ? "" : part.toString();
  }

  /** Texts of a field; none where it has none. */
  List<String> texts(String name) {
    return parts.get(name) instanceof String[] texts ? List.of(texts) : List.of();
  }

  /** A part; null where there is none. */
  PythonTree child(String name) {
    return isNode(parts.get(name)) ? tree(parts.get(name)) : null;
  }

  /** The parts of a field that is a list, or the only one of a field that is none. */
  List<PythonTree> children(String name) {
    List<PythonTree> found = new ArrayList<>();
    add(parts.get(name), found);
    return found;
  }

  List<PythonTree> children() {
    List<PythonTree> found = new ArrayList<>();
    FIELDS.get(node.getClass()).forEach(field -> add(parts.get(field.getName()), found));
    return found;
  }

  private static void add(Object part, List<PythonTree> found) {
    if (isNode(part)) {
      found.add(tree(part));
    } else if (part != null && part.getClass().isArray() && !part.getClass().getComponentType().isPrimitive()) {
      for (int i = 0; i < Array.getLength(part); i++) {
        add(Array.get(part, i), found);
      }
    }
  }

  private static boolean isNode(Object part) {
    return part != null && part.getClass().getName().startsWith(PACKAGE + "sst.") && !(part instanceof Enum) && !part.getClass().getSimpleName().equals("ConstantValue");
  }

  private static PythonTree tree(Object part) {
    try {
      return new PythonTree(part);
    } catch (IllegalAccessException closed) {
      throw new IllegalStateException("the parser of Python does not show its nodes", closed);
    }
  }
}

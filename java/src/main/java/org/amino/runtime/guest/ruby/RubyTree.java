package org.amino.runtime.guest.ruby;

import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A node of a Ruby text as the engine's own parser reads it. The parser is asked through reflection: its jar is on the class path only where
 * Ruby is, and need not be there to build this.
 */
final class RubyTree {
  private static final String PARSER = "org.prism.Parser";
  private static final String LOADER = "org.prism.Loader";

  private final Object node;
  /** Where offsets become lines. */
  private final Object source;

  private RubyTree(Object node, Object source) {
    this.node = node;
    this.source = source;
  }

  /** The root of a text that the engine has loaded before; null where its parser cannot be asked. */
  static RubyTree of(String text) {
    try {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      Object serialized = Class.forName(PARSER).getMethod("parseAndSerialize", byte[].class).invoke(null, bytes);
      Object result = Class.forName(LOADER).getMethod("load", byte[].class, byte[].class).invoke(null, serialized, bytes);
      return new RubyTree(field(result, "value"), field(result, "source"));
    } catch (ReflectiveOperationException | LinkageError absent) {
      return null;
    }
  }

  /** Such as {@code ClassVariableWriteNode}. */
  String kind() {
    return node.getClass().getSimpleName();
  }

  int line() {
    try {
      Method line = source.getClass().getMethod("line", int.class);
      return (Integer) line.invoke(source, (Integer) field(node, "startOffset"));
    } catch (ReflectiveOperationException changed) {
      throw new IllegalStateException("the parser of Ruby says no lines", changed);
    }
  }

  List<RubyTree> children() {
    try {
      List<RubyTree> children = new ArrayList<>();
      for (Object child : (Object[]) node.getClass().getMethod("childNodes").invoke(node)) {
        if (child != null) {
          children.add(new RubyTree(child, source));
        }
      }
      return children;
    } catch (ReflectiveOperationException changed) {
      throw new IllegalStateException("the parser of Ruby says nothing of the parts of a " + kind(), changed);
    }
  }

  /** Null where the node has no such part. */
  RubyTree child(String name) {
    Object child = part(name);
    return child == null ? null : new RubyTree(child, source);
  }

  /** The text of a field; empty where the node has none of that name. */
  String text(String name) {
    return part(name) instanceof String text ? text : "";
  }

  boolean is(String kind) {
    return kind().equals(kind);
  }

  private Object part(String name) {
    try {
      return field(node, name);
    } catch (NoSuchFieldException none) {
      return null;
    } catch (IllegalAccessException closed) {
      throw new IllegalStateException("the parser of Ruby does not show " + name, closed);
    }
  }

  private static Object field(Object from, String name) throws NoSuchFieldException, IllegalAccessException {
    return from.getClass().getField(name).get(from);
  }
}

package org.amino.runtime.guest.js;

import com.oracle.truffle.api.object.DynamicObject;
import com.oracle.truffle.api.object.HiddenKey;
import com.oracle.truffle.api.object.Property;
import com.oracle.truffle.api.object.Shape;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyArray;
import org.graalvm.polyglot.proxy.ProxyExecutable;

/**
 * What the engine knows of an object of JavaScript and no program can ask: of which kind it is whatever its prototype
 * says, which private fields it has, whether it is a key of a WeakMap. The engine keeps these in the object's layout
 * (its shape); objects of one layout are alike in all of this.
 */
final class JsInspection {
  /** Kinds by the engine's name of the class of objects; the letters are those of the prelude (graph_nodes.js). */
  private static final Map<String, Character> KINDS = Map.ofEntries(
      Map.entry("JSOrdinary", 'o'), Map.entry("JSDictionary", 'o'), Map.entry("JSObjectPrototype", 'o'),
      Map.entry("JSRegExpGroupsObject", 'o'),
      Map.entry("JSArray", 'a'), Map.entry("JSSlowArray", 'a'), Map.entry("JSMap", 'm'), Map.entry("JSSet", 's'),
      Map.entry("JSDate", 'd'),
      Map.entry("JSRegExp", 'r'), Map.entry("JSArrayBuffer", 'b'), Map.entry("JSSharedArrayBuffer", 'B'),
      Map.entry("JSArrayBufferView", 't'),
      Map.entry("JSDataView", 'v'), Map.entry("JSError", 'e'), Map.entry("JSNumber", 'x'), Map.entry("JSString", 'x'),
      Map.entry("JSBoolean", 'x'),
      Map.entry("JSBigInt", 'x'), Map.entry("JSSymbol", 'x'), Map.entry("JSFunction", 'f'), Map.entry("JSProxy", 'p'));
  private static final char OTHER = '?';
  /** What the prelude may look up by its number; layouts beyond are looked at closely each time. */
  private static final int LAYOUTS = 50_000;

  /** The facts about a layout; number 0 where its objects must be looked at closely. */
  private record Layout(char kind, int number) {}

  private final Map<Shape, Layout> layouts = new IdentityHashMap<>();
  /**
   * Null where the jars are on the module path, which does not open the engine: then `learn` says so, and no state is
   * captured without hooks.
   */
  private final Field receiver = receiver();
  private HiddenKey identity;

  private static Field receiver() {
    try {
      Field field = Value.class.getSuperclass().getDeclaredField("receiver");
      field.setAccessible(true);
      return field;
    } catch (ReflectiveOperationException | RuntimeException closed) {
      return null;
    }
  }

  /** The functions for the prelude's table `host`. */
  Map<String, Object> functions() {
    Map<String, Object> functions = new TreeMap<>();
    functions.put("inspect", (ProxyExecutable) arguments -> inspect(arguments[0], arguments[1].asInt()));
    functions.put("hidden", (ProxyExecutable) arguments -> ProxyArray.fromList(hidden(arguments[0])));
    functions.put("kindName", (ProxyExecutable) arguments -> kindName(arguments[0]));
    functions.put("learn", (ProxyExecutable) arguments -> learn(arguments[0]));
    return functions;
  }

  /** Two characters for each object from an index on: its kind, and the number of its layout. */
  private String inspect(Value objects, int from) {
    long size = objects.getArraySize();
    StringBuilder told = new StringBuilder(2 * (int) (size - from));
    for (long i = from; i < size; i++) {
      if (receiver == null) {
        told.append(OTHER).append((char) 0);
        continue;
      }
      Shape shape = object(objects.getArrayElement(i)).getShape();
      Layout layout = layouts.get(shape);
      if (layout == null) {
        layout = layout(shape);
      }
      told.append(layout.kind()).append((char) layout.number());
    }
    return told.toString();
  }

  DynamicObject object(Value value) {
    return (DynamicObject) raw(value);
  }

  /** Whether a hidden property is a private field of the guest's, or leave to call private methods. */
  boolean isPrivate(HiddenKey key) {
    String meaning = hiddenName(key);
    return meaning != null && !meaning.equals("weak");
  }

  /** The engine's own form of a value. */
  Object raw(Value value) {
    try {
      return receiver.get(value);
    } catch (IllegalAccessException closed) {
      throw new UnsupportedOperationException("the engine's objects cannot be inspected", closed);
    }
  }

  private Layout layout(Shape shape) {
    String engineClass = shape.getDynamicType().getClass().getSimpleName();
    char kind = KINDS.getOrDefault(engineClass, OTHER);
    List<String> names = new ArrayList<>();
    boolean strange = false;
    int fields = 0;
    for (Property property : shape.getPropertyListInternal(true)) {
      if (property.getKey() instanceof HiddenKey key) {
        String name = hiddenName(key);
        if (name != null) {
          names.add(name);
        }
        strange |= name == null && key != identity && !key.getName().equals("[[Prototype]]");
        if (key == identity) {
          names.add(key.getName());
        }
      } else {
        fields++;
      }
    }
    if (strange && engineClass.equals("JSOrdinary")) {
      kind = OTHER;
    }
    boolean bare = kind == 't' && fields == 0 || kind == 'a' && fields <= 1;
    boolean usual = engineClass.equals("JSOrdinary") || bare && !engineClass.equals("JSSlowArray");
    boolean simple = names.isEmpty() && usual;
    if (layouts.size() >= LAYOUTS) {
      return new Layout(kind, 0);
    }
    Layout layout = new Layout(kind, simple ? layouts.size() + 1 : 0);
    layouts.put(shape, layout);
    return layout;
  }

  /** What a hidden property means for a state: `#name`, `methods`, `weak`, or null for the engine's own affairs. */
  private String hiddenName(HiddenKey key) {
    String name = key.getName();
    if (key == identity) {
      return null;
    }
    if (name.startsWith("#")) {
      return name;
    }
    return name.equals("Brand") ? "methods" : name.equals("InvertedWeakMap") ? "weak" : null;
  }

  private List<Object> hidden(Value value) {
    List<Object> names = new ArrayList<>();
    for (Property property : object(value).getShape().getPropertyListInternal(true)) {
      String name = property.getKey() instanceof HiddenKey key ? hiddenName(key) : null;
      if (name != null) {
        names.add(name);
      }
    }
    return names;
  }

  /** Such as `Promise`. */
  private String kindName(Value value) {
    DynamicObject object = object(value);
    String engineClass = object.getShape().getDynamicType().getClass().getSimpleName();
    String name = engineClass.replaceFirst("^JS", "").replaceFirst("Object$", "");
    return name.equals("Ordinary") ? "iterator" : name;
  }

  /**
   * Takes an object that has nothing but the mark of an instance of Amino: the mark is no private field of the guest's.
   *
   * @return whether the engine can be asked
   */
  private Object learn(Value marked) {
    if (receiver == null) {
      return false;
    }
    for (Property property : object(marked).getShape().getPropertyListInternal(true)) {
      if (property.getKey() instanceof HiddenKey key && key.getName().startsWith("#")) {
        identity = key;
      }
    }
    return true;
  }
}

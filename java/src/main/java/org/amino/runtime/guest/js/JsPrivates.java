package org.amino.runtime.guest.js;

import com.oracle.truffle.api.object.DynamicObject;
import com.oracle.truffle.api.object.HiddenKey;
import com.oracle.truffle.api.object.Property;
import com.oracle.truffle.js.nodes.function.ClassElementDefinitionRecord;
import com.oracle.truffle.js.runtime.Properties;
import com.oracle.truffle.js.runtime.builtins.JSFunction;
import com.oracle.truffle.js.runtime.objects.JSAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyArray;
import org.graalvm.polyglot.proxy.ProxyExecutable;

/**
 * Private fields and methods of JavaScript's objects. The engine keeps a private field under a key that belongs to the class, and the class lists
 * its keys; that an object may call private methods is such a key, too (the brand). So a field has the same name in another context: the class's
 * key there of the same text.
 */
final class JsPrivates {
  /** Stands for the brand, which has no name. */
  private static final String METHODS = "";

  private final JsInspection inspection;

  JsPrivates(JsInspection inspection) {
    this.inspection = inspection;
  }

  /** The functions for the prelude's table `host`. */
  Map<String, Object> functions() {
    return Map.of("privates", (ProxyExecutable) arguments -> privates(arguments[0], arguments[1]), "givePrivate",
        (ProxyExecutable) arguments -> give(arguments[0], arguments[1], arguments[2].asString(), arguments[3]));
  }

  /**
   * What an object has of its own under keys of classes.
   *
   * @return class (place in the list), name and value, one after another; null where a key is of none of the classes
   */
  private Object privates(Value object, Value classes) {
    DynamicObject held = inspection.object(object);
    List<Object> found = new ArrayList<>();
    for (Property property : held.getShape().getPropertyListInternal(true)) {
      if (property.getKey() instanceof HiddenKey key && inspection.isPrivate(key)) {
        int owner = owner(key, classes);
        if (owner < 0) {
          return null;
        }
        boolean field = key.getName().startsWith("#");
        found.add(owner);
        found.add(field ? key.getName() : METHODS);
        found.add(field ? Properties.getOrDefaultUncached(held, key, null) : 0);
      }
    }
    return ProxyArray.fromList(found);
  }

  private int owner(HiddenKey key, Value classes) {
    for (int i = 0; i < classes.getArraySize(); i++) {
      if (key(inspection.object(classes.getArrayElement(i)), key::equals) != null) {
        return i;
      }
    }
    return -1;
  }

  /** Gives an object a private field, or leave to call private methods; false where the class has none of that name. */
  private Object give(Value object, Value cls, String name, Value value) {
    DynamicObject owner = inspection.object(cls);
    boolean field = !name.equals(METHODS);
    HiddenKey key = key(owner, field ? known -> known.getName().equals(name) : known -> !known.getName().startsWith("#"));
    if (key == null) {
      return false;
    }
    Object held = field ? inspection.raw(value) : owner;
    Properties.putWithFlagsUncached(inspection.object(object), key, held, JSAttributes.getDefaultNotEnumerable());
    return true;
  }

  /** The key of a class that is meant, or null. */
  private static HiddenKey key(DynamicObject cls, Predicate<HiddenKey> meant) {
    if (Properties.getOrDefaultUncached(cls, JSFunction.PRIVATE_BRAND_ID, null) instanceof HiddenKey brand && meant.test(brand)) {
      return brand;
    }
    if (Properties.getOrDefaultUncached(cls, JSFunction.CLASS_ELEMENTS_ID, null) instanceof ClassElementDefinitionRecord[] elements) {
      for (ClassElementDefinitionRecord element : elements) {
        if (element != null && element.isField() && element.getKey() instanceof HiddenKey key && meant.test(key)) {
          return key;
        }
      }
    }
    return null;
  }
}

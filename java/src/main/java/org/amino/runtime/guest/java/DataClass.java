package org.amino.runtime.guest.java;

import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.amino.runtime.guest.GuestFailure;

/** Makes instances of data and case classes of a map of their fields; a field that is not there takes its default. */
final class DataClass {
  private static final ClassValue<List<Form>> FORMS = new ClassValue<>() {
    @Override
    protected List<Form> computeValue(Class<?> type) {
      ClassBodies bodies = new ClassBodies();
      Comparator<Constructor<?>> many = Comparator.comparingInt(constructor -> -constructor.getParameterCount());
      return Arrays.stream(type.getConstructors()).filter(each -> !each.isSynthetic()).sorted(many).limit(1).map(each -> Form.of(each, bodies)).toList();
    }
  };

  private DataClass() {}

  /** The instance, or UNKNOWN when the class has no constructor that takes fields, or the value is no map. */
  static Object made(Class<?> raw, Type type, Object given) {
    Object payload = given instanceof Named named ? named.value() : given;
    if (Modifier.isAbstract(raw.getModifiers()) || !(payload instanceof Map<?, ?> map) || FORMS.get(raw).isEmpty()) {
      return Foreign.UNKNOWN;
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    map.forEach((name, value) -> fields.put(String.valueOf(name), value));
    try {
      return Overloads.choose(FORMS.get(raw), List.of(), fields, raw.getSimpleName()).call(null, null);
    } catch (GuestFailure unfit) {
      throw new Conversion.Mismatch(given, type);
    } catch (ReflectiveOperationException thrown) {
      throw Foreign.failed(raw, thrown);
    }
  }
}

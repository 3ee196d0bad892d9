package org.amino.runtime.guest.java;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.amino.runtime.guest.InterfaceDescription;

/** The public methods of a class, by the names of members; several of one name are overloads. */
final class JavaInterface {
  private final Class<?> type;
  private final Map<String, List<Form>> members = new TreeMap<>();
  /** Methods that are called by another name than their own, such as those of properties; they answer to their own, too. */
  private final Map<String, List<Form>> besides = new TreeMap<>();
  private final Set<String> properties;
  private final List<Form> constructors;

  JavaInterface(Class<?> type) {
    this.type = type;
    ClassBodies bodies = new ClassBodies();
    Properties found = Properties.of(type);
    this.properties = found.names();
    for (Method method : type.getMethods()) {
      if (offered(method)) {
        Form form = Form.of(method, bodies);
        String name = found.member(method);
        members.computeIfAbsent(name, first -> new ArrayList<>()).add(form);
        if (!name.equals(method.getName())) {
          besides.computeIfAbsent(method.getName(), first -> new ArrayList<>()).add(form);
        }
      }
    }
    Comparator<Form> few = Comparator.comparingInt(form -> form.types().size());
    members.values().forEach(forms -> forms.sort(few));
    this.constructors = Arrays.stream(type.getConstructors()).filter(each -> !each.isSynthetic()).map(each -> Form.of(each, bodies)).sorted(few).toList();
  }

  private static boolean offered(Method method) {
    String name = method.getName();
    boolean ours = method.getDeclaringClass() != Object.class && !method.isBridge() && !method.isSynthetic() && !Modifier.isStatic(method.getModifiers());
    boolean compilers = name.contains("$") && !name.endsWith(Properties.SCALA_SETTER) && Origin.of(method.getDeclaringClass()) != Origin.JAVA;
    return ours && !compilers && !everyObjects(method) && !name.startsWith("_") && !name.equals("amino_save") && !name.equals("amino_load");
  }

  /** In Java a class that overrides them offers them; other languages write them without being asked. */
  private static boolean everyObjects(Method method) {
    boolean known = Arrays.stream(Object.class.getDeclaredMethods())
        .anyMatch(each -> each.getName().equals(method.getName()) && Arrays.equals(each.getParameterTypes(), method.getParameterTypes()));
    return known && Origin.of(method.getDeclaringClass()) != Origin.JAVA;
  }

  Class<?> type() {
    return type;
  }

  /** The names of all members. */
  Set<String> names() {
    return members.keySet();
  }

  /** The overloads of a member, or null. */
  List<Form> member(String name) {
    List<Form> forms = members.get(name);
    return forms == null ? besides.get(name) : forms;
  }

  List<Form> constructors() {
    return constructors;
  }

  /** A method that is no member, such as `amino_save`; null when the class has none. */
  Method hook(String name, int parameters) {
    for (Method method : type.getMethods()) {
      if (method.getName().equals(name) && method.getParameterCount() == parameters) {
        method.trySetAccessible();
        return method;
      }
    }
    return null;
  }

  InterfaceDescription describe() {
    List<InterfaceDescription.Member> described = new ArrayList<>();
    members.forEach((name, forms) -> described.add(describe(name, forms)));
    List<String> parameters = constructors.isEmpty() ? List.of() : constructors.get(constructors.size() - 1).names();
    return new InterfaceDescription(OnlyInstance.name(type), "", List.copyOf(described), parameters);
  }

  private InterfaceDescription.Member describe(String name, List<Form> forms) {
    Form widest = forms.get(forms.size() - 1);
    int arity = forms.stream().anyMatch(Form::open) ? -1 : widest.types().size();
    int required = forms.stream().mapToInt(Form::required).min().orElse(0);
    return new InterfaceDescription.Member(name, arity, required, readOnly(forms), widest.names(), "", properties.contains(name));
  }

  static boolean readOnly(List<Form> forms) {
    return forms.stream().allMatch(form -> form.executable().isAnnotationPresent(ReadOnly.class));
  }
}

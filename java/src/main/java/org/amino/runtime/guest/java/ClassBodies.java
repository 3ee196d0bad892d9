package org.amino.runtime.guest.java;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the methods of a class say of their parameters besides reflection. Java reads class files itself from Java 24 on (`java.lang.classfile`); an older
 * one, for which this is compiled, says nothing.
 */
final class ClassBodies {
  /**
   * The code of a method.
   *
   * @param variables the names of local variables by slot, those that live from the beginning before others
   * @param tested which bits of the integer in a slot the code asks for
   */
  record Body(Map<Integer, String> variables, Map<Integer, Integer> tested) {}

  private static final String API = "java.lang.classfile.";
  private final Map<Class<?>, Map<String, Body>> read = new HashMap<>();

  /** The known facts about a method or constructor, or null. */
  Body of(Executable executable) {
    Class<?> result = executable instanceof Method method ? method.getReturnType() : void.class;
    String name = executable instanceof Constructor ? "<init>" : executable.getName();
    String key = name + MethodType.methodType(result, executable.getParameterTypes()).descriptorString();
    return read.computeIfAbsent(executable.getDeclaringClass(), ClassBodies::bodies).get(key);
  }

  private static Map<String, Body> bodies(Class<?> type) {
    if (type.getClassLoader() == null) {
      return Map.of();
    }
    try (InputStream file = type.getClassLoader().getResourceAsStream(type.getName().replace('.', '/') + ".class")) {
      return file == null ? Map.of() : parse(file.readAllBytes());
    } catch (ReflectiveOperationException | IOException | IllegalArgumentException unknown) {
      return Map.of();
    }
  }

  private static Map<String, Body> parse(byte[] file) throws ReflectiveOperationException {
    Object reader = Class.forName(API + "ClassFile").getMethod("of").invoke(null);
    Object model = Class.forName(API + "ClassFile").getMethod("parse", byte[].class).invoke(reader, (Object) file);
    Map<String, Body> bodies = new HashMap<>();
    for (Object method : (List<?>) ask("ClassModel", "methods", model)) {
      Optional<?> code = (Optional<?>) ask("MethodModel", "code", method);
      if (code.isPresent()) {
        String key = text(ask("MethodModel", "methodName", method)) + text(ask("MethodModel", "methodType", method));
        bodies.put(key, body(code.get()));
      }
    }
    return bodies;
  }

  private static Body body(Object code) throws ReflectiveOperationException {
    Class<?> instruction = Class.forName(API + "Instruction");
    Class<?> variable = Class.forName(API + "instruction.LocalVariable");
    Map<Integer, String> names = new HashMap<>();
    Map<Integer, Integer> begins = new HashMap<>();
    Map<Integer, Integer> tested = new HashMap<>();
    Object before = null;
    Object last = null;
    for (Object element : (List<?>) ask("CodeModel", "elementList", code)) {
      if (variable.isInstance(element)) {
        int slot = (int) ask("instruction.LocalVariable", "slot", element);
        int begin = begin(code, ask("instruction.LocalVariable", "startScope", element));
        if (begin < begins.getOrDefault(slot, Integer.MAX_VALUE)) {
          begins.put(slot, begin);
          names.put(slot, text(ask("instruction.LocalVariable", "name", element)));
        }
      } else if (instruction.isInstance(element)) {
        noteTest(before, last, element, tested);
        before = last;
        last = element;
      }
    }
    return new Body(names, tested);
  }

  private static int begin(Object code, Object label) throws ReflectiveOperationException {
    return (int) Class.forName(API + "attribute.CodeAttribute").getMethod("labelToBci", Class.forName(API + "Label")).invoke(code, label);
  }

  /** The three instructions of `variable and constant`. */
  private static void noteTest(Object load, Object constant, Object operator, Map<Integer, Integer> tested) throws ReflectiveOperationException {
    boolean loads = Class.forName(API + "instruction.LoadInstruction").isInstance(load);
    boolean constants = Class.forName(API + "instruction.ConstantInstruction").isInstance(constant);
    if (loads && constants && ask("Instruction", "opcode", operator).toString().equals("IAND")
        && ask("instruction.ConstantInstruction", "constantValue", constant) instanceof Integer bits) {
      tested.merge((int) ask("instruction.LoadInstruction", "slot", load), bits, (one, other) -> one | other);
    }
  }

  private static String text(Object entry) throws ReflectiveOperationException {
    return (String) ask("constantpool.Utf8Entry", "stringValue", entry);
  }

  private static Object ask(String type, String question, Object of) throws ReflectiveOperationException {
    return Class.forName(API + type).getMethod(question).invoke(of);
  }
}

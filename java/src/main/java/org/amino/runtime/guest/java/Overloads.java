package org.amino.runtime.guest.java;

import java.lang.reflect.Array;
import java.lang.reflect.Executable;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.Protocol.Code;

/** Chooses among methods or constructors of one name the first that takes the arguments. */
final class Overloads {
  /** A choice with its arguments converted. */
  record Match<T extends Executable>(T executable, Object[] arguments) {}

  private Overloads() {}

  /**
   * @param named arguments by the names of parameters, which exist where the class was compiled with `-parameters`; null when there are none
   * @throws GuestFailure ARGUMENT_INVALID when none takes them
   */
  static <T extends Executable> Match<T> choose(List<T> candidates, List<Object> positional, Map<String, Object> named, String shown) throws GuestFailure {
    String problem = null;
    Match<T> found = null;
    for (T candidate : candidates) {
      try {
        Object[] arguments = convert(candidate, named == null ? positional : inOrder(candidate, positional, named));
        if (arguments != null && (candidates.size() == 1 || unchanged(arguments, positional))) {
          return new Match<>(candidate, arguments);
        }
        found = found == null && arguments != null ? new Match<>(candidate, arguments) : found;
      } catch (Conversion.Mismatch mismatch) {
        problem = mismatch.getMessage();
      }
    }
    if (found != null) {
      return found;
    }
    if (problem == null) {
      List<String> forms = candidates.stream().map(candidate -> "(" + String.join(", ", types(candidate)) + ")").toList();
      problem = positional.size() + (named == null ? 0 : named.size()) + " arguments were given, it takes " + String.join(" or ", forms);
    }
    throw GuestFailure.of(Code.ARGUMENT_INVALID, shown + ": " + problem);
  }

  /** Whether every argument is taken as it came: a text that could also be read as a number is a text where a form takes texts. */
  private static boolean unchanged(Object[] arguments, List<Object> given) {
    for (int i = 0; i < given.size() && i < arguments.length; i++) {
      if (arguments[i] != given.get(i)) {
        return false;
      }
    }
    return true;
  }

  private static List<String> types(Executable candidate) {
    return Arrays.stream(candidate.getParameterTypes()).map(Class::getSimpleName).toList();
  }

  private static List<Object> inOrder(Executable candidate, List<Object> positional, Map<String, Object> named) {
    List<Object> ordered = new ArrayList<>(positional);
    Map<String, Object> left = new LinkedHashMap<>(named);
    List<String> names = JavaInterface.parameters(candidate);
    for (int i = positional.size(); i < names.size() && left.containsKey(names.get(i)); i++) {
      ordered.add(left.remove(names.get(i)));
    }
    ordered.addAll(left.values());
    return left.isEmpty() ? ordered : new ArrayList<>(java.util.Collections.nCopies(names.size() + 1, null));
  }

  /** The converted arguments, or null when their number does not fit. */
  private static Object[] convert(Executable candidate, List<Object> given) {
    Type[] types = candidate.getGenericParameterTypes();
    if (candidate.isVarArgs() && given.size() >= types.length - 1) {
      return convertOpen(candidate, given, types);
    }
    if (given.size() != types.length) {
      return null;
    }
    Object[] arguments = new Object[types.length];
    for (int i = 0; i < types.length; i++) {
      arguments[i] = Conversion.to(given.get(i), types[i]);
    }
    return arguments;
  }

  private static Object[] convertOpen(Executable candidate, List<Object> given, Type[] types) {
    int fixed = types.length - 1;
    Object[] arguments = new Object[types.length];
    for (int i = 0; i < fixed; i++) {
      arguments[i] = Conversion.to(given.get(i), types[i]);
    }
    Class<?> component = candidate.getParameterTypes()[fixed].getComponentType();
    Object rest = Array.newInstance(component, given.size() - fixed);
    for (int i = fixed; i < given.size(); i++) {
      Array.set(rest, i - fixed, Conversion.to(given.get(i), component));
    }
    arguments[fixed] = rest;
    return arguments;
  }
}

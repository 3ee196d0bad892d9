package org.amino.runtime.guest.java;

import java.lang.reflect.Array;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.Protocol.Code;

/** Chooses among the forms of a method or constructor the first that takes the arguments. */
final class Overloads {
  /**
   * A choice with its arguments converted.
   *
   * @param missing the indexes of arguments that are left out
   */
  record Match(Form form, Object[] arguments, BitSet missing) {
    Object call(Object target, Object continuation) throws ReflectiveOperationException {
      return form.call(target, arguments, missing, continuation);
    }
  }

  private Overloads() {}

  /**
   * @param forms those with few parameters first
   * @param named arguments by the names of parameters; null when there are none
   * @throws GuestFailure ARGUMENT_INVALID when none takes them
   */
  static Match choose(List<Form> forms, List<Object> positional, Map<String, Object> named, String shown) throws GuestFailure {
    String problem = null;
    Match found = null;
    for (Form form : forms) {
      try {
        Match match = match(form, positional, named == null ? Map.of() : named);
        if (match != null && (forms.size() == 1 || unchanged(match, positional))) {
          return match;
        }
        found = found == null ? match : found;
      } catch (Conversion.Mismatch mismatch) {
        problem = mismatch.getMessage();
      }
    }
    if (found != null) {
      return found;
    }
    throw GuestFailure.of(Code.ARGUMENT_INVALID, shown + ": " + (problem == null ? wrong(forms, positional, named) : problem));
  }

  private static String wrong(List<Form> forms, List<Object> positional, Map<String, Object> named) {
    Set<String> unknown = new HashSet<>(named == null ? Set.of() : named.keySet());
    forms.forEach(form -> unknown.removeAll(form.names()));
    if (!unknown.isEmpty()) {
      return "it has no parameter named " + unknown.iterator().next() + "; it takes " + String.join(" or ", forms.stream().map(Overloads::shown).toList());
    }
    return positional.size() + (named == null ? 0 : named.size()) + " arguments were given, it takes "
        + String.join(" or ", forms.stream().map(Overloads::shown).toList());
  }

  private static String shown(Form form) {
    StringBuilder text = new StringBuilder("(");
    for (int i = 0; i < form.types().size(); i++) {
      Class<?> type = form.executable().getParameterTypes()[i];
      text.append(i == 0 ? "" : ", ").append(type.getSimpleName()).append(' ').append(form.names().get(i)).append(form.optional(i) ? " = …" : "");
    }
    return text.append(')').toString();
  }

  /** Whether every argument is taken as it came: a text that could also be read as a number is a text where a form takes texts. */
  private static boolean unchanged(Match match, List<Object> given) {
    for (int i = 0; i < given.size() && i < match.arguments.length; i++) {
      if (match.arguments[i] != given.get(i)) {
        return false;
      }
    }
    return match.missing.isEmpty();
  }

  /** The form with these arguments, or null when their number or names do not fit. */
  private static Match match(Form form, List<Object> positional, Map<String, Object> named) {
    int count = form.types().size();
    if (form.open() && named.isEmpty() && positional.size() >= count - 1) {
      return new Match(form, open(form, positional), new BitSet());
    }
    if (positional.size() > count) {
      return null;
    }
    Object[] arguments = new Object[count];
    BitSet missing = new BitSet();
    int used = positional.size();
    for (int i = 0; i < count; i++) {
      boolean byName = i >= positional.size() && named.containsKey(form.names().get(i));
      if (i >= positional.size() && !byName) {
        if (!form.optional(i)) {
          return null;
        }
        missing.set(i);
        continue;
      }
      used += byName ? 1 : 0;
      arguments[i] = form.converted(i, byName ? named.get(form.names().get(i)) : positional.get(i));
    }
    return used == positional.size() + named.size() ? new Match(form, arguments, missing) : null;
  }

  private static Object[] open(Form form, List<Object> given) {
    int fixed = form.types().size() - 1;
    Object[] arguments = new Object[fixed + 1];
    for (int i = 0; i < fixed; i++) {
      arguments[i] = form.converted(i, given.get(i));
    }
    Class<?> component = form.executable().getParameterTypes()[fixed].getComponentType();
    Object rest = Array.newInstance(component, given.size() - fixed);
    for (int i = fixed; i < given.size(); i++) {
      Array.set(rest, i - fixed, Conversion.to(given.get(i), component));
    }
    arguments[fixed] = rest;
    return arguments;
  }
}

package org.amino.runtime.state;

import java.util.Set;

/**
 * One generated state.
 *
 * @param className the class whose instance has the state
 * @param declarations text at the top level of the artifact that this state alone needs, such as its classes; may
 *     be empty
 * @param build the body of a function without arguments that gives the value, which the instance of the class is
 *     made with
 * @param kinds what is in it, by the names of {@link StateLanguage#kinds}
 */
public record StateProgram(String className, String declarations, String build, Set<String> kinds) {
  public StateProgram {
    kinds = Set.copyOf(kinds);
  }
}

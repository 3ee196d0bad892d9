package org.amino.runtime.guest;

import java.util.List;

/**
 * What an artifact offers.
 *
 * @param name the class name, or the module's
 * @param doc its documentation, may be empty
 * @param members its callable members, sorted by name; `constructor` is not among them
 * @param constructorParameters parameter names of the constructor where the language knows them
 * @param warnings what its author should know, one line each
 */
public record InterfaceDescription(String name, String doc, List<Member> members, List<String> constructorParameters, List<String> warnings) {
  public InterfaceDescription(String name, String doc, List<Member> members, List<String> constructorParameters) {
    this(name, doc, members, constructorParameters, List.of());
  }

  /** The same with these warnings. */
  public InterfaceDescription with(List<String> known) {
    return new InterfaceDescription(name, doc, members, constructorParameters, known);
  }

  /**
   * @param arity how many positional arguments it takes at the most; −1: any number or unknown
   * @param required how many it must be given
   * @param property whether it reads a property or, where its name ends with `=`, sets one
   */
  public record Member(String name, int arity, int required, boolean readOnly, List<String> parameters, String doc, boolean property) {}
}

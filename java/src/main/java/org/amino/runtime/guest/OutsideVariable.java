package org.amino.runtime.guest;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A variable that an object's code changes although no object has it: it is not captured with the object's state.
 *
 * @param name as the code writes it, such as {@code total} or {@code Counter.total}
 * @param file of the artifact, where the code changes it
 * @param line of the file, from 1
 */
public record OutsideVariable(String name, Sort sort, String file, int line) {
  /** The owner of the variable. */
  public enum Sort {
    MODULE("module variable"), CLASS("class variable"), GLOBAL("global variable"), CONSTANT("constant");

    private final String text;

    Sort(String text) {
      this.text = text;
    }
  }

  /** Lines that a person reads; there may be thousands of variables in generated code. */
  private static final int TOLD = 20;

  /** What the author of the object should know. */
  private String warning() {
    return file + ":" + line + " changes the " + sort.text + " " + name + ", which is no part of the object:"
        + " it stays behind when the object moves, and begins anew when the object is restored;"
        + " keep it in a field of the object, or give the class amino_save and amino_load";
  }

  /** One line for each variable; where there are too many, the last line says how many more there are. */
  public static List<String> warnings(List<OutsideVariable> variables) {
    List<String> lines = variables.stream().limit(TOLD).map(OutsideVariable::warning).collect(Collectors.toList());
    if (variables.size() > TOLD) {
      lines.add("the code changes " + (variables.size() - TOLD) + " more variables that are no part of the object");
    }
    return List.copyOf(lines);
  }
}

package org.amino.runtime.guest.java;

/**
 * A value of a class that Java does not know, as it travelled (docs/values.md). It leaves as it came.
 *
 * @param name of the class, such as {@code Point}
 * @param value what the class was saved as; often a map of its fields, or a text
 */
public record Named(String name, Object value) {
  @Override
  public String toString() {
    return value instanceof String text ? text : name + " " + value;
  }
}

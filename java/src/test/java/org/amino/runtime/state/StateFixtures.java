package org.amino.runtime.state;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The texts of the languages' fixtures. */
final class StateFixtures {
  private StateFixtures() {}

  /** The files, one behind another. */
  static String text(String... names) {
    StringBuilder text = new StringBuilder();
    for (String name : names) {
      text.append(file(name)).append("\n\n");
    }
    return text.toString();
  }

  private static String file(String name) {
    try (InputStream in = StateFixtures.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("there is no fixture " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}

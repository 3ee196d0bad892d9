package org.amino.runtime.guest.polyglot;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.graalvm.polyglot.Source;

/** Reads the preludes, the guest-language halves of this runtime, from the jar. */
public final class Preludes {
  private static final String PREFIX = "amino:";

  private Preludes() {}

  /** Whether a source is one of ours. */
  static boolean owns(Source source) {
    return source.isInternal() || source.getName().startsWith(PREFIX);
  }

  /**
   * A prelude file as a source whose name says that it is ours: guests' stack traces do not show it. (Not an internal source: those run in a
   * strange global scope in Python, where pickle fails.)
   *
   * @param language the polyglot id
   * @param file folder and name below `org/amino/runtime/guest`, such as `js/values.js`
   */
  public static Source source(String language, String file) {
    return Source.newBuilder(language, text(file), PREFIX + file).buildLiteral();
  }

  static String text(String file) {
    try (InputStream in = Preludes.class.getResourceAsStream("/org/amino/runtime/guest/" + file)) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks " + file + "; build it again");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

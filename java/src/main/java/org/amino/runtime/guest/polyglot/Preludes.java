package org.amino.runtime.guest.polyglot;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.graalvm.polyglot.Source;

/** Reads the preludes, the guest-language halves of this runtime, from the jar. */
public final class Preludes {
  private Preludes() {}

  /**
   * A prelude file as an internal source, which guests' stack traces do not show.
   *
   * @param language the polyglot id
   * @param file folder and name below `org/amino/runtime/guest`, such as `js/values.js`
   */
  public static Source source(String language, String file) {
    return Source.newBuilder(language, text(file), "amino:" + file).internal(true).buildLiteral();
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

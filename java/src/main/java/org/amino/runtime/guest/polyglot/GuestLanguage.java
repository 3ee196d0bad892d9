package org.amino.runtime.guest.polyglot;

import java.io.IOException;
import org.amino.runtime.guest.GuestContext;
import org.amino.runtime.guest.GuestFailure;

/** One language: how a context of it is opened and an artifact evaluated. Stateless; one instance serves all contexts. */
public interface GuestLanguage {
  /** The name in `Artifact.language`. */
  String id();

  /** The polyglot language that must be on the class path, or null when none is needed. */
  default String engineLanguage() {
    return id();
  }

  /** What to make once so that the first object of a guest comes fast, or null: then the language itself is loaded and no more. */
  default Sample sample() {
    return null;
  }

  /**
   * Makes a context and evaluates the session's artifact in it. When it throws, the session closes what it built.
   *
   * @throws GuestFailure ARTIFACT_INVALID, NATIVE_NOT_ALLOWED …
   * @throws IOException when the artifact's files cannot be read
   */
  GuestContext open(GuestSession session) throws GuestFailure, IOException;
}

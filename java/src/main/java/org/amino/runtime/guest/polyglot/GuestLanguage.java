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

  /** Whether most of the work of a context is done before its artifact is known, so that one is worth having ready. */
  default boolean preparable() {
    return false;
  }

  /** Makes what needs no artifact: the session may get its own later. When it throws, the session closes what it built. */
  Prepared prepare(GuestSession session) throws GuestFailure, IOException;

  /** What waits for the session's artifact. */
  interface Prepared {
    /**
     * Evaluates the session's artifact. When it throws, the session closes what it built.
     *
     * @throws GuestFailure ARTIFACT_INVALID, NATIVE_NOT_ALLOWED …
     * @throws IOException when the artifact's files cannot be read
     */
    GuestContext open() throws GuestFailure, IOException;
  }
}

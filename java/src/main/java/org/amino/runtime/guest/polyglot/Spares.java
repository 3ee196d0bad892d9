package org.amino.runtime.guest.polyglot;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.polyglot.GuestLanguage.Prepared;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Engine;

/**
 * Contexts with their preludes that wait for an artifact. Loading a language makes one, which costs little more than loading it does, and the
 * first artifact of the language need not wait for a context of its own.
 */
final class Spares {
  /** A session without an artifact, and what its language has made in it. */
  record Spare(GuestSession session, Prepared prepared) {
    private boolean allows(List<String> allow) {
      return session.sandbox().permissions().equals(Set.copyOf(allow));
    }
  }

  private final Supplier<Engine> engine;
  /** Languages that are loaded, or are being loaded by their first artifact. */
  private final Set<String> loaded = ConcurrentHashMap.newKeySet();
  private final Map<String, Spare> waiting = new ConcurrentHashMap<>();

  Spares(Supplier<Engine> engine) {
    this.engine = engine;
  }

  /** Loads a language, unless it is loaded; waits while another thread loads it. Returns true when this call did it. */
  boolean load(GuestLanguage language) throws GuestFailure, IOException {
    synchronized (language) {
      if (!loaded.add(language.id())) {
        return false;
      }
      GuestSession session = new GuestSession(engine, List.of());
      try {
        prepare(language, session);
        return true;
      } catch (GuestFailure | IOException | RuntimeException failed) {
        session.abandon();
        throw failed;
      }
    }
  }

  private void prepare(GuestLanguage language, GuestSession session) throws GuestFailure, IOException {
    if (language.preparable()) {
      waiting.put(language.id(), new Spare(session, language.prepare(session)));
    } else {
      try (Context context = session.sandbox().warm(engine.get(), language.engineLanguage())) {
        context.initialize(language.engineLanguage());
      }
    }
  }

  /**
   * The spare context of a language, or a fresh session whose context is still to be made. A language that is being loaded is waited for: its
   * context is there sooner than a second one.
   *
   * @param allow the permissions that the context must have; a spare one with others is given up
   */
  Spare take(GuestLanguage language, List<String> allow) {
    Spare spare = language.preparable() ? remove(language) : null;
    if (spare != null && spare.allows(allow)) {
      return spare;
    }
    if (spare != null) {
      spare.session().abandon();
    }
    GuestSession session = new GuestSession(engine, allow);
    return new Spare(session, () -> language.prepare(session).open());
  }

  private Spare remove(GuestLanguage language) {
    synchronized (language) {
      loaded.add(language.id());
      return waiting.remove(language.id());
    }
  }
}

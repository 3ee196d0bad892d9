package org.amino.runtime.state;

import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * What a language brings to a {@link StateTrial}. Every class of its programs has a constructor whose only argument is
 * the number of the program in the artifact, a member `describe` (the deep description, a text) and a member `reaches`
 * (a path as an error shows it; whether there is such a part).
 */
public interface StateLanguage {
  /** What must happen to a state that has something of a kind in it. */
  enum Fate {
    CAPTURED,
    REFUSED
  }

  /** The name of the guest language. */
  String id();

  /** The entry file of each artifact. */
  String entry();

  /** All kinds that the generator knows, in the order in which docs/state.md lists them. */
  Map<String, Fate> kinds();

  StateProgram generate(Random random);

  /** The entry's text: the fixture, the programs' declarations, and their builds by number. */
  String artifact(List<StateProgram> programs);

  /** Further files of each artifact, by their names: the same in each, so that the engine keeps what it has made of them. */
  default Map<String, String> library() {
    return Map.of();
  }

  /** How many states share an artifact, and with it a context in each process. */
  default int batch() {
    return 100;
  }
}

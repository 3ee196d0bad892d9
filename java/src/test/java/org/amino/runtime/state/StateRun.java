package org.amino.runtime.state;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Tries generated states of one language without a framework of tests, for `tests/mutants`: arguments are the language and how many states.
 * Says first where the preludes come from; the exit status is 1 where a state was wrong.
 */
public final class StateRun {
  private static final Map<String, StateLanguage> LANGUAGES = Map.of("js", new JsStates(), "python", new PythonStates(), "ruby", new RubyStates());

  private StateRun() {}

  public static void main(String[] arguments) throws Exception {
    String language = arguments[0];
    System.out.println("preludes " + StateRun.class.getResource("/org/amino/runtime/guest/" + language));
    Path folder = Files.createTempDirectory("amino-states");
    TrialReport report = StateTrial.run(LANGUAGES.get(language), folder, 1, Integer.parseInt(arguments[1]));
    System.out.print(report);
    System.exit(report.failures().isEmpty() ? 0 : 1);
  }
}

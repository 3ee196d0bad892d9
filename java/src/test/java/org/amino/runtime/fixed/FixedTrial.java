package org.amino.runtime.fixed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.amino.runtime.fixed.FixedCases.Case;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.Assertions;

/** The same calls in two processes with the same circumstances, and in one with others. */
final class FixedTrial {
  private static final long TIME = 1_700_000_000_123_456_789L;
  private static final long SEED = 0x1234_5678_9abc_def0L;

  private FixedTrial() {}

  static void holds(Path folder, String language) throws Exception {
    List<Case> cases = FixedCases.of(language);
    FixedCases.write(folder, language, cases);
    List<String> here = FixedRun.of(folder, language, cases.size(), TIME, SEED);
    List<String> there = peer(folder, language, cases.size());
    List<String> later = FixedRun.of(folder, language, cases.size(), TIME + 86_400_000_000_000L * 400 + 12_345_678_901_234L, SEED);
    List<String> other = FixedRun.of(folder, language, cases.size(), TIME, ~SEED);
    List<Executable> checks = new ArrayList<>();
    for (int i = 0; i < cases.size(); i++) {
      int at = i;
      Case each = cases.get(i);
      String outcome = here.get(i);
      checks.add(() -> assertEquals(outcome, there.get(at), each + " in two processes"));
      checks.add(() -> assertEquals(!each.is().equals("time"), outcome.equals(later.get(at)), each + " at another time: " + outcome));
      checks.add(() -> assertEquals(!each.is().equals("random"), outcome.equals(other.get(at)), each + " with another seed: " + outcome));
      checks.add(() -> {
        boolean refused = outcome.startsWith("error NOT_DETERMINISTIC probe (o1)." + each.member() + " ") && outcome.contains(each.asks());
        assertEquals(each.is().equals("refused"), refused, each + " was answered " + outcome);
        assertEquals(each.is().equals("refused"), outcome.startsWith("error"), each + " was answered " + outcome);
      });
      String free = here.get(cases.size() + 1 + i);
      if (List.of("time", "random").contains(each.is())) {
        checks.add(() -> assertNotEquals(outcome, free, each + " without circumstances"));
        checks.add(() -> assertTrue(!free.startsWith("error"), each + " without circumstances: " + free));
      }
      checks.add(() -> assertTrue(!free.contains("NOT_DETERMINISTIC"), each + " without circumstances: " + free));
    }
    checks.add(() -> assertEquals(here.get(cases.size()), there.get(cases.size()), "the states in two processes"));
    checks.add(() -> assertNotEquals(here.get(cases.size()), later.get(cases.size()), "the states of other circumstances"));
    Assertions.assertAll(checks);
  }

  private static List<String> peer(Path folder, String language, int members) throws Exception {
    List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(List.of("-Xss64m", "-Dpolyglot.engine.WarnInterpreterOnly=false", "--enable-native-access=ALL-UNNAMED"));
    command.addAll(List.of("-cp", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")), FixedRun.class.getName()));
    command.addAll(List.of(folder.toString(), language, Integer.toString(members), Long.toString(TIME), Long.toString(SEED)));
    Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor());
    return List.of(printed.split("\n"));
  }
}

package org.amino.runtime.state;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a trial has seen: states by kind, and what was wrong. */
final class TrialReport {
  private static final int TRIED = 0;
  private static final int CAPTURED = 1;
  private static final int REFUSED = 2;
  private static final int SHOWN = 5;

  private final String language;
  private final long seed;
  private final Map<String, int[]> kinds = new TreeMap<>();
  private final int[] all = new int[3];
  private final List<String> failures = new ArrayList<>();

  TrialReport(String language, long seed) {
    this.language = language;
    this.seed = seed;
  }

  void captured(StateProgram program) {
    count(program, CAPTURED);
  }

  void refused(StateProgram program) {
    count(program, REFUSED);
  }

  private void count(StateProgram program, int fate) {
    all[TRIED]++;
    all[fate]++;
    for (String kind : program.kinds()) {
      int[] counts = kinds.computeIfAbsent(kind, name -> new int[3]);
      counts[TRIED]++;
      counts[fate]++;
    }
  }

  void failed(long seed, StateProgram program, String what) {
    String which = "seed " + seed + " (" + program.className() + " with " + String.join(", ", program.kinds()) + "): ";
    failures.add(which + what + "\n" + program.declarations() + program.build());
  }

  List<String> failures() {
    return failures;
  }

  int tried() {
    return all[TRIED];
  }

  int captured() {
    return all[CAPTURED];
  }

  /** The kinds of which states were tried. */
  java.util.Set<String> kinds() {
    return kinds.keySet();
  }

  /** All counts, then the first failures. */
  @Override
  public String toString() {
    String sums = "%s: %d states tried from seed %d on, %d captured, %d refused, %d wrong%n";
    int wrong = failures.size();
    StringBuilder text = new StringBuilder();
    text.append(String.format(sums, language, all[TRIED], seed, all[CAPTURED], all[REFUSED], wrong));
    String row = "  %-50s %6d %6d %6d%n";
    for (Map.Entry<String, int[]> kind : kinds.entrySet()) {
      int[] counts = kind.getValue();
      text.append(String.format(row, kind.getKey(), counts[TRIED], counts[CAPTURED], counts[REFUSED]));
    }
    for (String failure : failures.subList(0, Math.min(SHOWN, failures.size()))) {
      text.append("WRONG ").append(failure).append('\n');
    }
    return text.toString();
  }
}

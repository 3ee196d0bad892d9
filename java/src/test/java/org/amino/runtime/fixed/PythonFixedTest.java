package org.amino.runtime.fixed;

import java.nio.file.Path;
import org.amino.runtime.guest.Workbench;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

@EnabledIf("present")
class PythonFixedTest {
  @TempDir
  Path folder;

  static boolean present() {
    return Workbench.has("python");
  }

  @Test
  void equalCircumstancesGiveEqualResultsAndStatesInTwoProcesses() throws Exception {
    FixedTrial.holds(folder, "python");
  }

  @Test
  void aCallThatGoesTooDeepHasFailedOnThisReplica() throws Exception {
    FixedEndings.tooDeep(folder, "python");
  }

  @Test
  void aCallThatRunsOutOfTimeHasFailedOnThisReplica() throws Exception {
    FixedEndings.outOfTime(folder, "python", true);
  }

  @Test
  void callsToOtherObjectsAreAnsweredForAllReplicas() throws Exception {
    FixedOutside.holds(folder, "python");
  }

  @Test
  void nobodyIsToldOfValuesThatWereDropped() throws Exception {
    FixedCollector.callsNobody(folder);
  }
}

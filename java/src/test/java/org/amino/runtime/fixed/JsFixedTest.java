package org.amino.runtime.fixed;

import java.nio.file.Path;
import org.amino.runtime.guest.Workbench;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

@EnabledIf("present")
class JsFixedTest {
  @TempDir
  Path folder;

  static boolean present() {
    return Workbench.has("js");
  }

  @Test
  void equalCircumstancesGiveEqualResultsAndStatesInTwoProcesses() throws Exception {
    FixedTrial.holds(folder, "js");
  }

  @Test
  void aCallThatGoesTooDeepHasFailedOnThisReplica() throws Exception {
    FixedEndings.tooDeep(folder, "js");
  }

  @Test
  void aCallThatRunsOutOfTimeHasFailedOnThisReplica() throws Exception {
    FixedEndings.outOfTime(folder, "js", true);
  }

  @Test
  void callsToOtherObjectsAreAnsweredForAllReplicas() throws Exception {
    FixedOutside.holds(folder, "js");
  }
}

package org.amino.runtime.fixed;

import java.nio.file.Path;
import org.amino.runtime.guest.Workbench;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

@EnabledIf("present")
class RubyFixedTest {
  @TempDir
  Path folder;

  static boolean present() {
    return Workbench.has("ruby");
  }

  @Test
  void equalCircumstancesGiveEqualResultsAndStatesInTwoProcesses() throws Exception {
    FixedTrial.holds(folder, "ruby");
  }

  @Test
  void aCallThatGoesTooDeepHasFailedOnThisReplica() throws Exception {
    FixedEndings.tooDeep(folder, "ruby");
  }

  @Test
  void aCallThatRunsOutOfTimeHasFailedOnThisReplica() throws Exception {
    FixedEndings.outOfTime(folder, "ruby", false);
  }

  @Test
  void callsToOtherObjectsAreAnsweredForAllReplicas() throws Exception {
    FixedOutside.holds(folder, "ruby");
  }
}

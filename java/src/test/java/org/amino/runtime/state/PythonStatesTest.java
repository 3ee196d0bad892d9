package org.amino.runtime.state;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.amino.runtime.guest.Workbench;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

@Tag("python")
@EnabledIf("present")
class PythonStatesTest {
  private static final int STATES = 2000;

  @TempDir Path folder;

  static boolean present() {
    return Workbench.has("python");
  }

  @Test
  void statesComeBackAsTheyWereOrAreRefusedWithTheirPlace() throws Exception {
    PythonStates language = new PythonStates();
    TrialReport report = StateTrial.run(language, folder, StateTrial.seed(), StateTrial.count(STATES));
    System.out.print(report);
    assertEquals(List.of(), report.failures());
    if (report.tried() >= STATES) {
      assertEquals(language.kinds().keySet(), report.kinds());
    }
  }

  @Test
  void thePageListsTheKindsThatAreTried() throws Exception {
    assertEquals(new PythonStates().kinds().entrySet().stream().toList(), StateDocument.kinds("Python").entrySet().stream().toList());
  }
}

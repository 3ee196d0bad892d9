package org.amino.runtime.state;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsStatesTest {
  private static final int STATES = 2000;

  @TempDir Path folder;

  @Test
  void statesComeBackAsTheyWereOrAreRefusedWithTheirPlace() throws Exception {
    TrialReport report = StateTrial.run(new JsStates(), folder, StateTrial.seed(), StateTrial.count(STATES));
    System.out.print(report);
    assertEquals(List.of(), report.failures());
  }
}

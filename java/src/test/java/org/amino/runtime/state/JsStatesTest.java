package org.amino.runtime.state;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsStatesTest {
  private static final int STATES = 2000;

  @TempDir Path folder;

  @Test
  void statesComeBackAsTheyWereOrAreRefusedWithTheirPlace() throws Exception {
    StateTrial.holds(new JsStates(), folder, STATES);
  }

  @Test
  void thePageListsTheKindsThatAreTried() throws Exception {
    List<Map.Entry<String, StateLanguage.Fate>> tried = List.copyOf(new JsStates().kinds().entrySet());
    assertEquals(tried, List.copyOf(StateDocument.kinds("JavaScript").entrySet()));
  }
}

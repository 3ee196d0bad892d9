package org.amino.runtime.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.amino.runtime.testing.JsonFile;
import org.amino.runtime.wire.Protocol.Outcome;
import org.junit.jupiter.api.Test;

/** Which failures of a call between two objects of this half make it go to the kernel: {@code tests/conformance/routing.json}. */
class RoutingTest {
  private static Map<?, ?> read(String file) {
    return (Map<?, ?>) JsonFile.read(Examples.root().resolve(file));
  }

  @Test
  void onlyTheseFailuresAreHandedOn() {
    Set<List<String>> handedOn = new HashSet<>();
    for (Object each : (List<?>) read("tests/conformance/routing.json").get("handed_on")) {
      handedOn.add(((List<?>) each).stream().map(String.class::cast).toList());
    }
    assertFalse(handedOn.isEmpty());
    for (Object each : (List<?>) read("spec/protocol.json").get("codes")) {
      String code = (String) ((Map<?, ?>) each).get("code");
      for (Outcome outcome : Outcome.values()) {
        boolean goesOn = handedOn.remove(List.of(code, outcome.name().toLowerCase(Locale.ROOT)));
        assertEquals(goesOn, GuestFailure.of(code, "m").with(outcome).isMoved(), code + " " + outcome);
      }
    }
    assertEquals(Set.of(), handedOn);
  }
}

package org.amino.runtime.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.amino.runtime.schedule.ObjectGate.Phase;
import org.amino.runtime.schedule.ObjectGate.Verdict;
import org.junit.jupiter.api.Test;

class ObjectGateTest {
  private static ObjectGate<String> active(boolean concurrent) {
    ObjectGate<String> gate = new ObjectGate<>(concurrent);
    gate.created(false);
    return gate;
  }

  @Test
  void callsWaitUntilTheObjectIsMade() {
    ObjectGate<String> gate = new ObjectGate<>(false);
    assertFalse(gate.isOpen());
    gate.created(false);
    assertTrue(gate.isOpen());
    assertEquals(Verdict.RUN, gate.admitCall("call", () -> "x"));
  }

  @Test
  void anObjectThatIsMadeHeldLetsCallsInOnlyWhenItIsResumed() {
    ObjectGate<String> gate = new ObjectGate<>(true);
    gate.created(true);
    assertFalse(gate.isOpen());
    assertEquals(Verdict.PARKED, gate.admitCall("call", () -> "x"));
    assertEquals(Verdict.RUN, gate.admitOperation("snapshot"));
    assertEquals(List.of("call"), gate.resume());
    assertTrue(gate.isOpen());
  }

  @Test
  void aPromiseKeepsOtherChainsOutInOrder() {
    ObjectGate<String> gate = active(false);
    gate.unsettled("x");
    assertEquals(Verdict.PARKED, gate.admitCall("1", () -> "y"));
    assertEquals(Verdict.RUN, gate.admitCall("same", () -> "x"));
    assertEquals(Verdict.PARKED, gate.admitOperation("hold"));
    assertEquals(Verdict.PARKED, gate.admitCall("2", () -> "z"));
    assertEquals(List.of("1", "hold", "2"), gate.settled("x"));
    assertTrue(gate.isOpen());
  }

  @Test
  void aConcurrentObjectWhoseCallsRunAloneLetsTheNextInWhenThePromiseSettles() {
    ObjectGate<String> gate = active(true);
    assertEquals(List.of(), gate.alone(true));
    gate.unsettled("x");
    assertFalse(gate.isOpen());
    assertEquals(Verdict.PARKED, gate.admitCall("1", () -> "y"));
    assertEquals(Verdict.PARKED, gate.admitCall("sibling", () -> null), "it is of the chain that is inside, but does not come from inside");
    assertEquals(Verdict.RUN, gate.admitCall("inner", () -> "x"));
    assertEquals(List.of("1", "sibling"), gate.settled("x"));
  }

  @Test
  void aConcurrentObjectWhoseCallsNeedNotRunAloneAnyLongerLetsThemInAtOnce() {
    ObjectGate<String> gate = active(true);
    gate.alone(true);
    gate.unsettled("x");
    gate.admitCall("1", () -> "y");
    assertEquals(List.of("1"), gate.alone(false));
    assertTrue(gate.isOpen());
  }

  @Test
  void anObjectThatRunsOneCallAfterAnotherKeepsThemWaitingAlsoWithoutTheRule() {
    ObjectGate<String> gate = active(false);
    gate.alone(true);
    gate.unsettled("x");
    gate.admitCall("1", () -> "y");
    assertEquals(List.of(), gate.alone(false));
    assertEquals(List.of("1"), gate.settled("x"));
  }

  @Test
  void theObjectIsFreeWhenTheLastPromiseHasSettled() {
    ObjectGate<String> gate = active(false);
    gate.unsettled("x");
    gate.unsettled("x");
    gate.admitCall("1", () -> "y");
    assertEquals(List.of(), gate.settled("x"));
    assertEquals(List.of("1"), gate.settled("x"));
  }

  @Test
  void aConcurrentObjectLetsAllChainsInBesideItsPromises() {
    ObjectGate<String> gate = active(true);
    gate.unsettled("x");
    assertTrue(gate.isOpen());
    assertEquals(Verdict.PARKED, gate.admitOperation("hold"));
    assertFalse(gate.isOpen(), "a call may not overtake an operation for ever");
    assertEquals(Verdict.PARKED, gate.admitCall("1", () -> "y"));
    assertEquals(List.of("hold", "1"), gate.settled("x"));
  }

  @Test
  void aHeldObjectLetsOperationsInAndCallsWait() {
    ObjectGate<String> gate = active(false);
    assertEquals(Verdict.RUN, gate.admitOperation("hold"));
    gate.hold();
    assertEquals(Verdict.PARKED, gate.admitCall("1", () -> "x"));
    assertEquals(Verdict.RUN, gate.admitOperation("snapshot"));
    assertEquals(Verdict.PARKED, gate.admitCall("2", () -> "x"));
    assertEquals(List.of("1", "2"), gate.resume());
    assertEquals(Verdict.RUN, gate.admitCall("3", () -> "x"));
  }

  @Test
  void whatWaitsForAnObjectThatEndsIsGivenBack() {
    ObjectGate<String> gate = active(false);
    gate.hold();
    gate.admitCall("1", () -> "x");
    assertEquals(List.of("1"), gate.end(Phase.GONE));
    assertEquals(Verdict.REFUSED, gate.admitCall("2", () -> "x"));
    assertEquals(Verdict.REFUSED, gate.admitOperation("snapshot"));
    assertFalse(gate.isOpen());
  }
}

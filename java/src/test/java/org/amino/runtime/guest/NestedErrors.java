package org.amino.runtime.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.amino.runtime.testing.JsonFile;
import org.amino.runtime.wire.Protocol.Outcome;

/**
 * What the caller of an object is told when the object does not catch the error of a call that it makes itself: the table of
 * {@code tests/conformance/nested_errors.json}, the same for every guest language.
 */
public final class NestedErrors {
  /** {@code nested} and {@code outer} of the table. */
  private record Case(GuestFailure nested, String code, Outcome outcome) {}

  private static final List<Case> CASES = ((List<?>) ((Map<?, ?>) JsonFile.read(Examples.root().resolve("tests/conformance/nested_errors.json"))).get("cases"))
      .stream().map(each -> (Map<?, ?>) each).map(each -> read((List<?>) each.get("nested"), (List<?>) each.get("outer"))).toList();

  private NestedErrors() {}

  /** Calls a member with a reference to an object that always fails, as its only argument or before further ones. */
  public interface Caller {
    Object call(Object reference) throws GuestFailure;
  }

  private static Case read(List<?> nested, List<?> outer) {
    GuestFailure failure = new GuestFailure((String) nested.get(0), (String) nested.get(1), (String) nested.get(2), "at far", Map.of("left", 0L), null,
        outcome(nested.get(3)));
    return new Case(failure, (String) outer.get(0), outcome(outer.get(1)));
  }

  private static Outcome outcome(Object word) {
    return Outcome.valueOf(((String) word).toUpperCase(Locale.ROOT));
  }

  /** The member calls the object that it is given and does not catch what comes. */
  public static void arePassedOn(Workbench bench, Caller caller) {
    for (Case each : CASES) {
      GuestFailure nested = each.nested;
      bench.fail("down", nested);
      GuestFailure passed = assertThrows(GuestFailure.class, () -> caller.call(Workbench.referenceTo("down")));
      assertEquals(List.of(each.code, each.outcome), List.of(passed.code, passed.outcome), nested.code);
      assertEquals(List.of(nested.type, nested.getMessage()), List.of(passed.type, passed.getMessage()));
      GuestFailure cause = (GuestFailure) passed.getCause();
      assertEquals(List.of(nested.code, nested.type, nested.getMessage(), nested.stack), List.of(cause.code, cause.type, cause.getMessage(), cause.stack));
      assertEquals(nested.details, cause.details);
      assertEquals(nested.outcome, cause.outcome, nested.code);
      assertNull(cause.getCause());
    }
  }
}

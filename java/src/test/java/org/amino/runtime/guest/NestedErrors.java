package org.amino.runtime.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.amino.runtime.wire.Protocol.Outcome;

/** What the caller of an object is told when the object does not catch the error of a call that it makes itself. The same for every guest language. */
public final class NestedErrors {
  private static final Set<String> OF_THE_WHOLE_CHAIN = Set.of("DEADLINE_EXCEEDED", "CANCELLED", "DEADLOCK");
  private static final List<GuestFailure> NESTED = List.of(
      GuestFailure.of("KERNEL_UNAVAILABLE", "it was not sent").with(Outcome.NOT_RUN),
      GuestFailure.of("KERNEL_UNAVAILABLE", "the connection was lost"),
      new GuestFailure("GUEST_EXCEPTION", "Counter::Empty", "nothing left", "at take", Map.of("left", 0L), null),
      GuestFailure.of("MEMBER_NOT_FOUND", "there is no such member"),
      GuestFailure.of("ARGUMENT_INVALID", "it takes two arguments"),
      GuestFailure.of("VALUE_INVALID", "the result cannot travel").with(Outcome.RAN),
      GuestFailure.of("MOVED", "it is elsewhere"),
      GuestFailure.of("PERMISSION_DENIED", "you may not"),
      GuestFailure.of("DEADLINE_EXCEEDED", "too late").with(Outcome.NOT_RUN),
      GuestFailure.of("CANCELLED", "given up"),
      GuestFailure.of("DEADLOCK", "these wait for each other"));

  private NestedErrors() {}

  /** Calls a member with a reference to an object that always fails, as its only argument or before further ones. */
  public interface Caller {
    Object call(Object reference) throws GuestFailure;
  }

  /** The member calls the object that it is given and does not catch what comes. */
  public static void arePassedOn(Workbench bench, Caller caller) {
    for (GuestFailure nested : NESTED) {
      bench.fail("down", nested);
      GuestFailure passed = assertThrows(GuestFailure.class, () -> caller.call(Workbench.referenceTo("down")));
      assertEquals(OF_THE_WHOLE_CHAIN.contains(nested.code) ? nested.code : "GUEST_EXCEPTION", passed.code);
      assertEquals(Outcome.RAN, passed.outcome, nested.code);
      assertEquals(List.of(nested.type, nested.getMessage()), List.of(passed.type, passed.getMessage()));
      GuestFailure cause = (GuestFailure) passed.getCause();
      assertEquals(List.of(nested.code, nested.type, nested.getMessage(), nested.stack), List.of(cause.code, cause.type, cause.getMessage(), cause.stack));
      assertEquals(nested.details, cause.details);
      assertEquals(nested.outcome, cause.outcome, nested.code);
      assertTrue(cause.getCause() == null, "one cause");
    }
  }
}

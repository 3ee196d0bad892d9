package org.amino.runtime.guest.java;

import java.util.concurrent.CompletionStage;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.ObjectCalls;
import org.amino.runtime.guest.PendingResult;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.Protocol.Outcome;
import org.amino.runtime.wire.WireException;

/** A method that returned a CompletionStage. */
record JavaPending(CompletionStage<?> stage, ObjectCalls calls) implements PendingResult {
  @Override
  public void onSettled(Settled settled) {
    stage.whenComplete((value, thrown) -> calls.enter(() -> tell(settled, value, thrown)));
  }

  private static void tell(Settled settled, Object value, Throwable thrown) {
    if (thrown != null) {
      settled.failure(JavaErrors.thrown(thrown));
      return;
    }
    MsgpackWriter out = new MsgpackWriter();
    try {
      JavaValues.write(out, value);
    } catch (WireException invalid) {
      settled.failure(GuestFailure.of(invalid.code(), invalid.getMessage()).with(Outcome.RAN));
      return;
    }
    settled.value(out.toByteArray());
  }
}

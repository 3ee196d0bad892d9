package org.amino.runtime.guest.java;

import java.util.concurrent.CompletionStage;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.PendingResult;
import org.amino.runtime.wire.MsgpackWriter;

/** A method that returned a CompletionStage. */
record JavaPending(CompletionStage<?> stage, JavaScope scope) implements PendingResult {
  @Override
  public void onSettled(Settled settled) {
    stage.whenComplete((value, thrown) -> scope.calls().enter(() -> tell(settled, value, thrown)));
  }

  private void tell(Settled settled, Object value, Throwable thrown) {
    if (thrown != null) {
      settled.failure(JavaErrors.thrown(thrown));
      return;
    }
    MsgpackWriter out = new MsgpackWriter();
    try {
      scope.write(out, value);
    } catch (GuestFailure failed) {
      settled.failure(failed);
      return;
    }
    settled.value(out.toByteArray());
  }
}

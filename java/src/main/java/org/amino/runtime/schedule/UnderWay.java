package org.amino.runtime.schedule;

import java.util.Arrays;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.Protocol.Outcome;

/** A call that was let in by a delegation and had not ended when that was recalled: the Python half asks for its outcome. Any thread may use it. */
final class UnderWay {
  private final Workers workers;
  private final Runnable told;
  private byte[] outcome;
  private Call asking;

  /** @param told run when the Python half has been told how it has ended */
  UnderWay(Workers workers, Runnable told) {
    this.workers = workers;
    this.told = told;
  }

  /** Answers with the outcome, as soon as there is one. */
  synchronized void ask(Call call) {
    asking = call;
    settle();
  }

  synchronized void ended(byte[] encoded) {
    outcome = encoded;
    settle();
  }

  /** The object is no more, and nobody hears how the call has ended. */
  synchronized void fail(GuestFailure why) {
    if (asking != null && asking.fail(why)) {
      workers.execute(asking.sink()::flush);
    }
  }

  private void settle() {
    if (asking != null && outcome != null) {
      MsgpackWriter out = new MsgpackWriter();
      writeOutcome(out, outcome);
      asking.answer(out.buffer(), 0, out.position());
      told.run();
      workers.execute(asking.sink()::flush);
    }
  }

  /** Writes {@code [true, value]} or {@code [false, error payload]}, the second encoded in bytes: each is read by itself. */
  static void writeOutcome(MsgpackWriter out, byte[] outcome) {
    MsgpackReader in = new MsgpackReader(outcome);
    boolean raised = Call.isRaised(in);
    out.writeArrayHeader(2);
    out.writeBoolean(!raised);
    int from = raised ? outcome.length - in.readExtensionHeader().length() : 0;
    out.writeBytes(outcome, from, outcome.length - from);
  }

  /** Whether an outcome is that of a call that has run, or may have. */
  static boolean hasRun(byte[] buffer, int from, int to) {
    if (!Call.isRaised(new MsgpackReader(buffer, from, to))) {
      return true;
    }
    return Call.raisedIn(Arrays.copyOfRange(buffer, from, to)).outcome != Outcome.NOT_RUN;
  }
}

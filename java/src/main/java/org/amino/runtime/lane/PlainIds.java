package org.amino.runtime.lane;

import org.amino.runtime.schedule.Call;
import org.amino.runtime.schedule.CallSink;

/** The sink of calls that are run at once and written straight into the reply: it only names them. */
final class PlainIds implements CallSink {
  private final RequestPass pass;

  PlainIds(RequestPass pass) {
    this.pass = pass;
  }

  @Override
  public void outcome(Call call, byte[] bytes, int from, int to) {
    throw new IllegalStateException("an outcome of " + call.label() + " that has no reply");
  }

  @Override
  public void flush() {}

  @Override
  public boolean abandoned() {
    return false;
  }

  @Override
  public String requestId(int index) {
    return pass.requestId(index);
  }
}

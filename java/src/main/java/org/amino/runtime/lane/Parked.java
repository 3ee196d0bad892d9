package org.amino.runtime.lane;

import org.amino.runtime.schedule.Call;
import org.amino.runtime.schedule.CallOptions;
import org.amino.runtime.schedule.Delegation;
import org.amino.runtime.schedule.Ticket;
import org.amino.runtime.schedule.WaitingCall;
import org.amino.runtime.wire.MsgpackReader;

/**
 * A call in the porch of a delegation, with the bytes that it goes to the Python half with, should that want it after all.
 *
 * @param bytes target, method and arguments up to {@code argsTo}, and the options at {@code optionsFrom} (−1: none)
 * @param client the client id of the connection it came from
 * @param budgetMs the frame's time for calls that name none, in milliseconds
 */
record Parked(Call call, Lane lane, byte[] bytes, int argsTo, int optionsFrom, String client, int budgetMs) implements WaitingCall {
  @Override
  public Ticket ticket(Delegation delegation) {
    CallOptions options = new CallOptions();
    if (optionsFrom >= 0) {
      options.read(new MsgpackReader(bytes, optionsFrom, bytes.length));
    }
    return delegation.ticket(call.method(), options, bytes);
  }

  @Override
  public void forward() {
    boolean lingers = call.lingers();
    call.goesOn();
    if (call.isAnswered()) {
      if (lingers) {
        call.sink().left(call);
      }
      return;
    }
    RequestBatch batch = new RequestBatch(budgetMs);
    batch.forward(call, bytes, 0, argsTo, optionsFrom, client);
    lane.kernelSide().forward(batch);
    lane.scheduler().monitor().track(call);
  }
}

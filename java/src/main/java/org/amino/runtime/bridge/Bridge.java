package org.amino.runtime.bridge;

import java.util.Arrays;
import java.util.List;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.lane.Connection;
import org.amino.runtime.lane.KernelSide;
import org.amino.runtime.lane.RequestBatch;
import org.amino.runtime.schedule.Call;
import org.amino.runtime.schedule.CallSink;
import org.amino.runtime.schedule.Outside;
import org.amino.runtime.schedule.Scheduler;
import org.amino.runtime.wire.PlainValue;
import org.amino.runtime.wire.Protocol.Code;

/** The connection to the Python half: its operations come in, and calls to objects elsewhere go out. */
public final class Bridge implements KernelSide, Outside {
  /** The other end itself: clients and guests cannot name it. */
  private static final String PYTHON_HALF = "";
  private static final Object CANCELS = "cancels";
  private static final Object LINES = "lines";

  private final Scheduler scheduler;
  private final GuestWriter writer = new GuestWriter(this::pace);
  private volatile Operations operations;
  private volatile Connection connection;

  public Bridge(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  /** Says who does operations; before the first connection. */
  public void use(Operations theOperations) {
    operations = theOperations;
  }

  @Override
  public void operate(Call call) {
    operations.operate(call);
  }

  @Override
  public void attached(Connection attached) {
    Connection before = connection;
    connection = attached;
    if (before != null) {
      before.close();
    }
  }

  @Override
  public void detached(Connection detached) {
    if (connection == detached) {
      connection = null;
    }
  }

  @Override
  public void forward(RequestBatch batch) {
    Connection there = connection;
    scheduler.counters().forward(batch.clients());
    if (there == null) {
      GuestFailure none = unavailable();
      for (Call call : batch.calls()) {
        fail(call, none);
      }
    } else {
      there.outgoing().send(batch);
    }
  }

  @Override
  public void request(Call call) {
    RequestBatch batch = new RequestBatch((int) Math.max(1, (call.deadline() - System.nanoTime()) / 1_000_000));
    batch.add(call);
    call.sentOn();
    writer.later(call.sender(), call.argsTo() - call.argsFrom(), () -> {
      if (!call.isAnswered()) {
        forward(batch);
      }
    });
  }

  @Override
  public void cancel(Call call) {
    writer.later(CANCELS, 0, () -> {
      Connection there = connection;
      if (there != null) {
        there.outgoing().cancel(call);
      }
    });
  }

  @Override
  public void tell(String method, List<Object> args) {
    Connection there = connection;
    if (there != null) {
      RequestBatch batch = notice(method, PlainValue.encode(args));
      scheduler.workers().execute(() -> there.outgoing().send(batch));
    }
  }

  @Override
  public void captured(byte[] args, CallSink stored) {
    Connection there = connection;
    if (there != null) {
      RequestBatch batch = new RequestBatch(0);
      batch.add(scheduler.call(PYTHON_HALF, "captured", args, stored));
      there.outgoing().send(batch);
    }
  }

  @Override
  public boolean log(String object, String level, String line) {
    Connection there = connection;
    if (there == null || !there.outgoing().hasRoom() || !writer.hasRoom()) {
      return false;
    }
    byte[] encoded = PlainValue.encode(Arrays.asList(object, level, line));
    RequestBatch batch = notice("log", encoded);
    writer.later(LINES, encoded.length, () -> there.outgoing().send(batch));
    return true;
  }

  private void pace() {
    Connection there = connection;
    if (there != null) {
      there.awaitRead();
    }
  }

  private RequestBatch notice(String method, byte[] args) {
    RequestBatch batch = new RequestBatch(0);
    batch.add(scheduler.unanswered(PYTHON_HALF, method, args));
    return batch;
  }

  private void fail(Call call, GuestFailure why) {
    if (call.fail(why)) {
      scheduler.workers().execute(call.sink()::flush);
    }
  }

  private GuestFailure unavailable() {
    return GuestFailure.of(Code.KERNEL_UNAVAILABLE, "the Python half of kernel " + scheduler.kernelId() + " is not connected to its JVM; try again");
  }
}

package org.amino.runtime.schedule;

import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.amino.runtime.guest.GuestFailure;

/** The sink of a call that a guest does not wait for in its thread. */
final class Promise implements CallSink {
  private final Scheduler scheduler;
  private final Call caller;
  private final CompletableFuture<byte[]> future;

  Promise(Scheduler scheduler, Call caller, CompletableFuture<byte[]> future) {
    this.scheduler = scheduler;
    this.caller = caller;
    this.future = future;
  }

  @Override
  public void outcome(Call call, byte[] buffer, int from, int to) {
    byte[] bytes = Arrays.copyOfRange(buffer, from, to);
    GuestFailure failure = Call.raisedIn(bytes);
    // What the language enters the context with now goes on with the call that asked.
    scheduler.continuing(caller, () -> {
      if (failure == null) {
        future.complete(bytes);
      } else {
        future.completeExceptionally(failure);
      }
    });
  }

  @Override
  public void flush() {}

  @Override
  public boolean abandoned() {
    return false;
  }

  @Override
  public String requestId(int index) {
    throw new IllegalStateException("a guest's call carries its chain");
  }
}

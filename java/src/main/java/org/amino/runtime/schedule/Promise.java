package org.amino.runtime.schedule;

import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.amino.runtime.guest.GuestFailure;

/** The sink of a call that a guest does not wait for in its thread. */
final class Promise implements CallSink {
  private final Scheduler scheduler;
  private final Call caller;
  private final CompletableFuture<byte[]> future;
  private final Runnable moved;

  /** @param moved run instead of telling the guest that the object has left while the call waited for it; null: the guest is told */
  Promise(Scheduler scheduler, Call caller, CompletableFuture<byte[]> future, Runnable moved) {
    this.scheduler = scheduler;
    this.caller = caller;
    this.future = future;
    this.moved = moved;
  }

  @Override
  public void outcome(Call call, byte[] buffer, int from, int to) {
    byte[] bytes = Arrays.copyOfRange(buffer, from, to);
    GuestFailure failure = Call.raisedIn(bytes);
    if (moved != null && failure != null && failure.isMoved()) {
      moved.run();
      return;
    }
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

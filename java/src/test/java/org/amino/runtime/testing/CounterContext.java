package org.amino.runtime.testing;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.amino.runtime.guest.GuestContext;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.GuestObject;
import org.amino.runtime.guest.InterfaceDescription;
import org.amino.runtime.guest.ObjectCalls;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.PlainValue;

/** A context of {@link CounterGuests}: notices when two threads are inside. */
final class CounterContext implements GuestContext {
  private final CounterGuests guests;
  private final ObjectCalls calls;
  private volatile Thread inside;
  private int depth;
  private volatile boolean interrupted;
  private volatile boolean closed;

  CounterContext(CounterGuests guests, ObjectCalls calls) {
    this.guests = guests;
    this.calls = calls;
  }

  CounterGuests guests() {
    return guests;
  }

  ObjectCalls calls() {
    return calls;
  }

  void enter() throws GuestFailure {
    Thread now = Thread.currentThread();
    if (inside != null && inside != now) {
      guests.violated();
    }
    if (closed) {
      throw GuestFailure.of("OBJECT_LOST", "context closed");
    }
    inside = now;
    depth++;
  }

  void leave() {
    if (--depth == 0) {
      inside = null;
    }
  }

  /** Loops until it is interrupted or the context is closed. */
  void loop(String name) throws GuestFailure {
    guests.reached(name).countDown();
    while (!(interrupted && guests.isInterruptible()) && !closed) {
      Thread.onSpinWait();
    }
    throw new GuestFailure("GUEST_EXCEPTION", "Interrupted", "loop ended", "", null, null);
  }

  /** Computes for a while: long enough, sometimes, to be taken over from. */
  void pause(long milliseconds) {
    long until = System.nanoTime() + milliseconds * 1_000_000;
    while (System.nanoTime() < until) {
      Thread.onSpinWait();
    }
  }

  /** Waits for a gate of the test, as code that takes long. */
  void block(String name) throws GuestFailure {
    CountDownLatch gate = guests.gate(name);
    guests.reached(name).countDown();
    boolean flagged = false;
    while (gate.getCount() > 0 && !closed && !interrupted) {
      try {
        gate.await(2, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        flagged = true;
      }
    }
    if (flagged) {
      Thread.currentThread().interrupt();
    }
    if (closed || interrupted) {
      throw new GuestFailure("GUEST_EXCEPTION", "Interrupted", "block ended", "", null, null);
    }
  }

  @Override
  public InterfaceDescription describe() {
    return new InterfaceDescription("Counter", "Counts.", List.of(new InterfaceDescription.Member("incr", 1, 1, false, List.of("n"), "Adds n.", false)), List.of("start"));
  }

  @Override
  public GuestObject create(String objectId, MsgpackReader args, MsgpackReader kwargs) throws GuestFailure {
    List<?> given = (List<?>) PlainValue.read(args);
    if (!given.isEmpty() && given.get(0) instanceof String text) {
      if (text.equals("fail")) {
        throw new GuestFailure("GUEST_EXCEPTION", "Error", "constructor failed", "at Counter", null, null);
      }
      block(text);
    }
    return new Counter(this, objectId, given.isEmpty() || !(given.get(0) instanceof Long start) ? 0 : start);
  }

  @Override
  public GuestObject restore(String objectId, MsgpackReader state) {
    Map<?, ?> map = (Map<?, ?>) PlainValue.read(state);
    return new Counter(this, objectId, (Long) map.get("data"));
  }

  @Override
  public boolean interrupt(Duration patience) {
    if (!guests.isInterruptible()) {
      return false;
    }
    interrupted = true;
    long until = System.nanoTime() + patience.toNanos();
    while (inside != null && System.nanoTime() < until) {
      Thread.onSpinWait();
    }
    interrupted = false;
    return inside == null;
  }

  @Override
  public void close() {
    if (closed) {
      throw new IllegalStateException("a context is closed twice");
    }
    closed = true;
    guests.closed();
  }
}

package org.amino.runtime.testing;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.amino.runtime.guest.GuestContext;
import org.amino.runtime.guest.GuestFactory;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.ObjectCalls;

/** Guests without GraalVM: counters written in Java that can be held up, made to loop, and told to call one another. */
public final class CounterGuests implements GuestFactory {
  private final Map<String, CountDownLatch> gates = new ConcurrentHashMap<>();
  private final Map<String, CountDownLatch> reached = new ConcurrentHashMap<>();
  private final AtomicInteger violations = new AtomicInteger();
  private final AtomicInteger opened = new AtomicInteger();
  private final boolean interruptible;

  /** @param interruptible whether `interrupt` ends a loop; closing a context always does */
  public CounterGuests(boolean interruptible) {
    this.interruptible = interruptible;
  }

  public CounterGuests() {
    this(true);
  }

  /** What a guest waits for until the test opens it. */
  public CountDownLatch gate(String name) {
    return gates.computeIfAbsent(name, key -> new CountDownLatch(1));
  }

  /** Counted down when a guest has come to a gate. */
  public CountDownLatch reached(String name) {
    return reached.computeIfAbsent(name, key -> new CountDownLatch(1));
  }

  /** Times that two threads were inside one context. */
  public int violations() {
    return violations.get();
  }

  void violated() {
    violations.incrementAndGet();
  }

  boolean isInterruptible() {
    return interruptible;
  }

  public int opened() {
    return opened.get();
  }

  @Override
  public GuestContext open(Artifact artifact, ObjectCalls calls) throws GuestFailure {
    if (artifact.entry().equals("broken")) {
      throw GuestFailure.of("ARTIFACT_INVALID", "line 1: broken");
    }
    opened.incrementAndGet();
    return new CounterContext(this, calls);
  }

  @Override
  public void prewarm(String language) {}

  @Override
  public List<String> languages() {
    return List.of("js", "python", "wasm");
  }

  @Override
  public String engineName() {
    return "counters";
  }
}

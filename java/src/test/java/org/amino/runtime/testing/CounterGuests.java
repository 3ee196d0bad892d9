package org.amino.runtime.testing;

import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
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
  private final AtomicInteger closed = new AtomicInteger();
  private final List<WeakReference<GuestContext>> contexts = new CopyOnWriteArrayList<>();
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

  /** Contexts that are open. */
  public int open() {
    return opened.get() - closed.get();
  }

  void closed() {
    closed.incrementAndGet();
  }

  /** Contexts that something in this JVM still knows. */
  public long known() {
    return contexts.stream().filter(context -> context.get() != null).count();
  }

  /** An entry `slow NAME` is evaluated when the gate of that name is open. */
  @Override
  public GuestContext open(Artifact artifact, ObjectCalls calls) throws GuestFailure {
    if (artifact.entry().equals("broken")) {
      throw GuestFailure.of("ARTIFACT_INVALID", "line 1: broken");
    }
    if (artifact.entry().startsWith("slow ")) {
      awaitUninterruptibly(artifact.entry().substring(5));
    }
    opened.incrementAndGet();
    GuestContext context = new CounterContext(this, calls);
    contexts.add(new WeakReference<>(context));
    return context;
  }

  /** As an engine that evaluates: nothing ends it before it is done. */
  private void awaitUninterruptibly(String name) {
    reached(name).countDown();
    boolean interrupted = false;
    while (gate(name).getCount() > 0) {
      try {
        gate(name).await();
      } catch (InterruptedException again) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
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

package org.amino.runtime.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.Protocol.Code;

/**
 * Keeps one guest from filling the heap that all share: a thread that looks every 10 ms while anything runs. When too much
 * is in use, it ends the calls of the context that has allocated most since there was room; where that does not help, it
 * closes that context.
 */
final class HeapGuard implements Runnable {
  private static final System.Logger LOG = System.getLogger(HeapGuard.class.getName());
  private static final int OUT_OF_MEMORY = 3;
  private static final long LOOK_NANOS = 10_000_000;
  private static final long IDLE_NANOS = 100_000_000;
  private static final long END_MS = 1_000;
  private static final long CLOSE_MS = 5_000;
  /** A context that has allocated less than this part of the heap is not the reason. */
  private static final double SHARE = 0.05;
  private static final int MB = 1 << 20;
  private static final double RESERVE = 0.05;
  private static final int GREATEST_RESERVE = 64 * MB;

  private final Scheduler scheduler;
  private final Heap heap = new Heap();
  private final HeapRule rule = new HeapRule(heap.limit());
  private final Allocations allocations = new Allocations();
  private final CallBudget budget = CallBudget.ofThisProcess();
  private final Thread thread = new Thread(this, "amino-heap-guard");
  private boolean complained;
  private final Reserve reserve = new Reserve((long) Math.min(GREATEST_RESERVE, RESERVE * heap.limit()));
  private boolean reserved;
  private volatile boolean stopped;

  HeapGuard(Scheduler scheduler) {
    this.scheduler = scheduler;
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Ends this process with the status by which a supervisor knows why. That needs some memory, too. */
  void endProcess() {
    reserve.give();
    Runtime.getRuntime().halt(OUT_OF_MEMORY);
  }

  void stop() {
    stopped = true;
    LockSupport.unpark(thread);
  }

  @Override
  public void run() {
    while (!stopped) {
      LockSupport.parkNanos(this, scheduler.monitor().isAsleep() ? IDLE_NANOS : LOOK_NANOS);
      try {
        look();
      } catch (InterruptedException ended) {
        return;
      } catch (OutOfMemoryError none) {
        // Looked at again at once, when others have found none, either.
        continue;
      } catch (RuntimeException | Error thrown) {
        LOG.log(System.Logger.Level.ERROR, "the guard of the heap goes on after", thrown);
      }
    }
  }

  private void look() throws InterruptedException {
    if (budget.isSet()) {
      budget.look(scheduler.monitor().runners(), this::endGreedy);
    }
    boolean distress = reserved && !reserve.isHeld();
    reserved &= !distress;
    double taken = heap.taken();
    if (rule.hasRoom(taken)) {
      allocations.stop();
      rule.calm();
      complained = false;
      refill();
      return;
    }
    allocations.look(scheduler.monitor().runners());
    if (distress || rule.mustCollect(taken)) {
      relieve(distress, taken);
    }
  }

  private void refill() {
    if (!reserved) {
      reserve.take();
      reserved = true;
    }
  }

  /** Ends calls and closes contexts, the one that has allocated most first, until there is enough room. */
  private void relieve(boolean distress, double taken) throws InterruptedException {
    double used = distress ? taken : heap.collect();
    if (!distress && !rule.isFull(used)) {
      return;
    }
    reserve.give();
    reserved = false;
    double enough = distress ? Math.min(rule.full(), used - SHARE) : rule.full();
    do {
      Allocations.Share most = allocations.most();
      if (most == null || most.bytes() < SHARE * heap.limit()) {
        complain(used);
        return;
      }
      double before = used;
      used = endCalls(most, used);
      allocations.returned(most.slot(), Math.round((before - used) * heap.limit()));
      if (used >= enough) {
        used = close(most, used);
        allocations.forget(most.slot());
      }
    } while (used >= enough);
    refill();
  }

  /** Ends the call that runs in a context, which has allocated more than one call may. */
  private void endGreedy(ContextSlot slot, long allocated) {
    String reason = "it has allocated " + allocated / MB + " MB, and one call may allocate " + budget.megabytes()
        + " MB on this kernel (--call-memory-mb). Do the work in several calls, or start the kernel with a higher limit";
    for (Call call : end(slot, reason)) {
      tell(call.object(), call.method() + " was ended: " + reason);
    }
  }

  /** Ends the calls that run in a context, and answers which. */
  private List<Call> end(ContextSlot slot, String reason) {
    List<Call> running = new ArrayList<>();
    for (Call call : scheduler.monitor().open()) {
      if (call.slot() != null && !call.isWaiting() && call.root().innermost().slot() == slot) {
        running.add(call);
      }
    }
    for (Call call : running) {
      String whose = call.object() == null ? "the evaluation" : call.object().title() + "." + call.method();
      scheduler.end(call, GuestFailure.of(Code.MEMORY_EXHAUSTED, whose + " was ended: " + reason));
    }
    return running;
  }

  /** Ends the calls that run in a context, and answers what is in use then. */
  private double endCalls(Allocations.Share most, double used) throws InterruptedException {
    String reason = reason(most, used);
    List<Call> running = end(most.slot(), reason);
    if (running.isEmpty()) {
      return used;
    }
    long until = System.nanoTime() + END_MS * 1_000_000;
    for (Call call : running) {
      call.awaitEnded(Math.max(1, (until - System.nanoTime()) / 1_000_000));
      tell(call.object(), call.method() + " was ended: " + reason);
    }
    return heap.collect();
  }

  /** Closes a context with its objects, and answers what is in use then. */
  private double close(Allocations.Share most, double used) throws InterruptedException {
    String reason = reason(most, used);
    List<HostedObject> objects = new ArrayList<>(scheduler.objects().all());
    objects.removeIf(object -> object.slot() != most.slot());
    CountDownLatch closed = new CountDownLatch(1);
    scheduler.lose(most.slot(), reason, closed::countDown);
    long until = System.nanoTime() + CLOSE_MS * 1_000_000;
    // The thread that was inside keeps hold of what the guest had until it is out.
    while ((closed.getCount() > 0 || most.slot().isInUse()) && System.nanoTime() < until) {
      closed.await(LOOK_NANOS, TimeUnit.NANOSECONDS);
      LockSupport.parkNanos(this, LOOK_NANOS);
    }
    for (HostedObject object : objects) {
      tell(object, "its context was closed: " + reason);
    }
    return heap.collect();
  }

  /** Says it in the log of the kernel and in that of the object. */
  private void tell(HostedObject object, String text) {
    LOG.log(System.Logger.Level.WARNING, object == null ? text : "object " + object.title() + ": " + text);
    if (object != null) {
      scheduler.outside().log(object.objectId(), "error", text);
    }
  }

  private String reason(Allocations.Share most, double used) {
    String hash = most.slot().artifact().source().hash();
    String artifact = hash.substring(0, Math.min(12, hash.length()));
    return Math.round(100 * used) + " % of the heap of its JVM (" + heap.limit() / MB + " MB) are in use, and its artifact "
        + artifact + " has allocated most since there was room, " + most.bytes() / MB + " MB. Keep less in the object, or start"
        + " the kernel with more memory (--heap-mb), or with a process and a heap for each artifact (--isolate artifact)";
  }

  private void complain(double used) {
    if (!complained) {
      complained = true;
      LOG.log(System.Logger.Level.WARNING, Math.round(100 * used) + " % of the heap (" + heap.limit() / MB
          + " MB) are in use, and no artifact stands out; give the kernel more memory (--heap-mb), or fewer objects");
    }
  }
}

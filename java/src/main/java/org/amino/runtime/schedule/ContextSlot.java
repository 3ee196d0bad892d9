package org.amino.runtime.schedule;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.amino.runtime.guest.GuestContext;
import org.amino.runtime.guest.GuestFailure;

/**
 * A place for one context, and the right to be inside it. The count says how many things are in or want in; the thread that raises it from zero owns the
 * context and must go on until it is zero again, so nothing queued is forgotten and no two threads are inside.
 */
public final class ContextSlot implements Runnable {
  /** Things run before the rest goes to another thread, so that replies leave. */
  private static final int DRAIN_LIMIT = 64;
  private static final VarHandle COUNT;

  static {
    try {
      COUNT = MethodHandles.lookup().findVarHandle(ContextSlot.class, "count", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Scheduler scheduler;
  private final Artifact artifact;
  private final boolean single;
  private final ConcurrentLinkedQueue<Task> queue = new ConcurrentLinkedQueue<>();
  private volatile int count;
  private volatile Waiter waiter;
  private volatile GuestFailure lost;
  private volatile GuestContext guest;
  // What follows belongs to the owner.
  private final ArrayDeque<Task> backlog = new ArrayDeque<>();
  private boolean readmitted;
  private Call running;
  private Runner runner;

  /** @param single made for one object only, and closed with it */
  ContextSlot(Scheduler scheduler, Artifact artifact, boolean single) {
    this.scheduler = scheduler;
    this.artifact = artifact;
    this.single = single;
  }

  public Artifact artifact() {
    return artifact;
  }

  boolean isSingle() {
    return single;
  }

  /** The context, or null before the first use. */
  GuestContext guest() {
    return guest;
  }

  /** The context; opened now if it is not. Called by the owner. */
  GuestContext open() throws GuestFailure {
    GuestContext known = guest;
    if (known == null) {
      known = artifact.open(new GuestCalls(scheduler, this));
      guest = known;
      GuestFailure late = lost;
      if (late != null) {
        // Given up while it was being opened, when there was nothing to close yet.
        close();
        throw late;
      }
    }
    return known;
  }

  /** Closes the context, if it is open, and forgets it. May take long. A thread that runs in it must not call this. */
  void close() {
    GuestContext closing;
    synchronized (this) {
      closing = guest;
      guest = null;
    }
    if (closing != null) {
      artifact.closed();
      closing.close();
    }
  }

  /** Enters when nobody is inside and nothing is queued. */
  public boolean tryEnter() {
    return count == 0 && COUNT.compareAndSet(this, 0, 1);
  }

  /** Ends one thing. Returns whether others wait, which the caller then owns the context for. */
  public boolean leave() {
    return (int) COUNT.getAndAdd(this, -1) > 1;
  }

  /** Queues a thing behind the others. A worker runs it if nobody is inside. */
  public void submit(Task task) {
    queue.add(task);
    if ((int) COUNT.getAndAdd(this, 1) == 0) {
      scheduler.workers().execute(this);
      return;
    }
    Waiter inside = waiter;
    if (inside != null && task.mayNest(inside)) {
      LockSupport.unpark(inside.thread());
    }
  }

  /** Whether anything is in or wants in. */
  boolean isInUse() {
    return count != 0;
  }

  Waiter waiter() {
    return waiter;
  }

  void waiter(Waiter now) {
    waiter = now;
  }

  GuestFailure lost() {
    return lost;
  }

  /** The context is closed by force: what is queued and what comes is refused. */
  void lose(GuestFailure why) {
    lost = why;
  }

  /** A worker that was asked to run what is queued. */
  @Override
  public void run() {
    scheduler.workers().serve(this);
  }

  /** Runs what is queued, then gives the context up, or hands it to a worker. Called by the owner. */
  public void drain(Runner by) {
    for (int ran = 0; ran < DRAIN_LIMIT; ran++) {
      runner = by;
      runNext(by);
      if (!leave()) {
        return;
      }
    }
    scheduler.workers().execute(this);
  }

  private void runNext(Runner by) {
    Task task = backlog.pollFirst();
    if (task == null) {
      task = queue.poll();
    }
    run(task, by);
  }

  private void run(Task task, Runner by) {
    GuestFailure gone = lost;
    if (gone != null) {
      task.refuse(gone);
      return;
    }
    task.run(by);
  }

  /**
   * Runs, on the waiting owner, one of the queued things that may run meanwhile. Returns false when there is none.
   *
   * @param first look through what was put aside earlier, too
   */
  boolean serve(Waiter waiting, boolean first) {
    Task found = first || readmitted ? fromBacklog(waiting) : null;
    while (found == null) {
      Task next = queue.poll();
      if (next == null) {
        return false;
      }
      if (next.mayNest(waiting)) {
        found = next;
      } else {
        backlog.addLast(next);
      }
    }
    Runner before = runner;
    run(found, before);
    runner = before;
    COUNT.getAndAdd(this, -1);
    return true;
  }

  private Task fromBacklog(Waiter waiting) {
    for (Task task : backlog) {
      if (task.mayNest(waiting)) {
        backlog.removeFirstOccurrence(task);
        return task;
      }
    }
    readmitted = false;
    return null;
  }

  /** Puts things that were parked at an object before everything queued. Called by the owner. */
  void readmit(List<Task> tasks) {
    if (tasks.isEmpty()) {
      return;
    }
    for (int i = tasks.size() - 1; i >= 0; i--) {
      backlog.addFirst(tasks.get(i));
    }
    readmitted = true;
    COUNT.getAndAdd(this, tasks.size());
  }

  /** The call that runs in here now. Known to the owner. */
  Call running() {
    return running;
  }

  /** The owner goes on with a call beneath the one that has ended, or with none. */
  void running(Call call) {
    running = call;
    runner.show(scheduler.shown(), call);
  }

  Runner runner() {
    return runner;
  }

  /** The owner's first act: says what runs here, and by whom. */
  public void occupy(Call call, Runner by) {
    running = call;
    runner = by;
    by.show(scheduler.shown(), call);
  }

  /** Whether a call to the object runs now, as far as another thread can see. */
  boolean isRunning(HostedObject object) {
    Call now = running;
    return now != null && now.object() == object;
  }

  /** The call to the object that runs now, or null. */
  String runningLabel(HostedObject object) {
    Call now = running;
    return now != null && now.object() == object ? now.title() : null;
  }

  Scheduler scheduler() {
    return scheduler;
  }

  /** Lets a worker send what the owner, who is about to wait, has answered. */
  void flushElsewhere() {
    if (runner.hasUnsent()) {
      scheduler.workers().execute(runner::flush);
    }
  }

  /** Has a sink flushed when this context is left. Called by the owner. */
  void flushLater(CallSink sink) {
    runner.later(sink);
  }
}

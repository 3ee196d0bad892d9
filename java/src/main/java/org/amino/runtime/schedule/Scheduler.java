package org.amino.runtime.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.amino.runtime.guest.GuestFactory;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.Protocol;
import org.amino.runtime.wire.Protocol.Code;

/** What the parts of the scheduler share, and what happens to calls that do not simply run. */
public final class Scheduler implements AutoCloseable {
  private final String kernelId;
  private final GuestFactory factory;
  private final ObjectTable objects = new ObjectTable();
  private final Map<String, Artifact> artifacts = new ConcurrentHashMap<>();
  private final Monitor monitor;
  private final Workers workers;
  private final Interrupter interrupter = new Interrupter(this);
  private final GuestLog log = new GuestLog(this);
  private final KernelLease lease;
  /** A kernel that is started again has the same id, and counts from the beginning. */
  private final String life = Long.toString(ThreadLocalRandom.current().nextLong(Long.MAX_VALUE), 36);
  private final AtomicLong requests = new AtomicLong();
  private final ThreadLocal<Call> continued = new ThreadLocal<>();
  private final Counters counters = new Counters();
  private final CapturedStates states = new CapturedStates(this);
  private final Latecomers latecomers;
  private volatile Outside outside;
  private volatile RunningCalls shown;
  private volatile HeapGuard heapGuard;

  /** @param clocks by which the kernel's lease is measured */
  public Scheduler(String kernelId, GuestFactory factory, MachineClocks clocks) {
    this.kernelId = kernelId;
    this.factory = factory;
    this.lease = new KernelLease(new LeaseClock(clocks));
    this.monitor = new Monitor(this, "amino-monitor");
    this.latecomers = new Latecomers(monitor);
    this.workers = new Workers(monitor, "amino-worker", this::endIfOutOfMemory);
  }

  /** Begins to look after deadlines. */
  public void start(Outside pythonHalf) {
    outside = pythonHalf;
    monitor.start();
  }

  /**
   * From now on the JVM is taken for our own: guests may not fill its heap, and it ends when a thread of ours finds no
   * memory.
   */
  public void guardHeap() {
    HeapGuard guard = new HeapGuard(this);
    heapGuard = guard;
    guard.start();
  }

  /**
   * Ends the process, as far as it is ours, when this was thrown for want of memory: nobody knows what was left half
   * done.
   */
  public void endIfOutOfMemory(Throwable thrown) {
    HeapGuard guard = heapGuard;
    if (thrown instanceof OutOfMemoryError && guard != null) {
      guard.endProcess();
    }
  }

  public String kernelId() {
    return kernelId;
  }

  public GuestFactory factory() {
    return factory;
  }

  public ObjectTable objects() {
    return objects;
  }

  public Map<String, Artifact> artifacts() {
    return artifacts;
  }

  public Monitor monitor() {
    return monitor;
  }

  public Counters counters() {
    return counters;
  }

  public KernelLease lease() {
    return lease;
  }

  public Workers workers() {
    return workers;
  }

  /** Where guests print to. */
  GuestLog log() {
    return log;
  }

  public Outside outside() {
    return outside;
  }

  /** Where the states go that gates capture. */
  CapturedStates states() {
    return states;
  }

  /** Ends the waits of states for further calls. */
  Latecomers latecomers() {
    return latecomers;
  }

  /** Where threads show what they run; null while nobody wants to know. */
  RunningCalls shown() {
    return shown;
  }

  /** From now on, threads show what they run. */
  public void show(RunningCalls where) {
    shown = where;
  }

  String newRequestId() {
    return kernelId + "/guest/" + life + "/" + requests.incrementAndGet();
  }

  long defaultDeadline() {
    return System.nanoTime() + Protocol.DEFAULT_BUDGET_MS * 1_000_000L;
  }

  /** Sends a call to its object, or on to the Python half. */
  public void send(Call call) {
    if (call.object() == null) {
      call.requestId(newRequestId());
      outside.request(call);
      monitor.track(call);
    } else {
      submit(call, new QueuedCall(call));
    }
  }

  /** Queues what a call wants done at its context. */
  void submit(Call call, Task task) {
    call.slot().submit(task);
    monitor.track(call);
    GuestFailure lost = call.slot().lost();
    if (lost != null && call.failWaiting(lost)) {
      // Its owner may be stuck for good, so nobody else would say so.
      workers.execute(call.sink()::flush);
    }
  }

  /** A call that is sent on and whose outcome nobody wants. */
  public Call unanswered(String target, String method, byte[] args) {
    return call(target, method, args, Nobody.INSTANCE);
  }

  /** A call on this half's own account that is sent on. */
  public Call call(String target, String method, byte[] args, CallSink sink) {
    Call call = new Call();
    call.aim(target, method, null, args, 0, args.length);
    call.reply(sink, 0, defaultDeadline());
    String id = newRequestId();
    call.requestId(id);
    call.chain(Chain.begin(id));
    return call;
  }

  /** The artifact of that hash: the loaded one, or a new one. */
  public Artifact artifact(GuestFactory.Artifact source, int contexts) {
    return artifacts.compute(source.hash(),
        (hash, known) -> known == null || known.isRetired() ? new Artifact(this, source, contexts) : known);
  }

  /** Calls that have been run so far, about. */
  public long callsRun() {
    return monitor.callsRun();
  }

  /** Its time is over. */
  void expire(Call call) {
    String doing = call.isWaiting() ? "waiting for its turn" : "running";
    giveUp(call, GuestFailure.of(Code.DEADLINE_EXCEEDED, call.title() + " was not done in the time its caller gave it (" + doing + "); allow more, or look why it takes long"));
  }

  /** Its caller does not want it any more. */
  public void cancel(Call call) {
    giveUp(call, GuestFailure.of(Code.CANCELLED, call.title() + " was cancelled by its caller"));
  }

  /** Its caller is gone: it is not run if it waits here, and stopped if it was sent on. A call that runs goes on. */
  public void abandon(Call call) {
    if (call.slot() == null) {
      cancel(call);
    } else {
      call.failWaiting(GuestFailure.of(Code.CANCELLED, call.title() + " has lost its caller"));
    }
  }

  /** It may not go on. */
  void end(Call call, GuestFailure why) {
    giveUp(call, why);
  }

  /** Answers with a failure unless it is answered, and stops what runs for it. */
  private void giveUp(Call call, GuestFailure why) {
    boolean wasAnswered = call.isAnswered();
    boolean wasRunning = call.failRunning(why);
    if (wasAnswered) {
      return;
    }
    workers.execute(call.sink()::flush);
    if (call.slot() == null) {
      outside.cancel(call);
    } else if (wasRunning) {
      interrupter.stop(call, why);
    }
  }

  /** Calls that wait for a call of another chain which is blocked itself. */
  public List<WaitGraph.Wait> waits() {
    List<WaitGraph.Wait> waits = new ArrayList<>();
    for (Call call : monitor.open()) {
      if (call.slot() == null || !call.isWaiting()) {
        continue;
      }
      Waiter holder = call.slot().waiter();
      Call unsettled = call.object() == null ? null : call.object().unsettledCall();
      String chain = call.chain().id();
      if (holder != null && !holder.chain().id().equals(chain)) {
        waits.add(new WaitGraph.Wait(chain, call.title(), holder.chain().id(), holder.caller() == null ? "(continuation)" : holder.caller().title(), call.number));
      } else if (unsettled != null && !unsettled.chain().id().equals(chain)) {
        waits.add(new WaitGraph.Wait(chain, call.title(), unsettled.chain().id(), unsettled.title(), call.number));
      }
    }
    return waits;
  }

  /** Answers a waiting call with a failure. Returns whether there was such a call. */
  public boolean abortWait(long number, GuestFailure why) {
    for (Call call : monitor.open()) {
      if (call.number == number && call.failWaiting(why)) {
        workers.execute(call.sink()::flush);
        return true;
      }
    }
    return false;
  }

  /**
   * Gives a context up with all its objects, tells the Python half, and closes it on another thread.
   *
   * @param reason why, for the callers of the objects
   * @param closed run when it is closed
   */
  void lose(ContextSlot slot, String reason, Runnable closed) {
    if (slot.lost() == null) {
      String message = "the context of this object was closed by force: " + reason + ". Restore it from a checkpoint, or create it again";
      outside.tell("lost", List.of(markLost(slot, GuestFailure.of(Code.OBJECT_LOST, message)), reason));
    }
    workers.execute(() -> {
      slot.close();
      closed.run();
    });
  }

  private List<Object> markLost(ContextSlot slot, GuestFailure why) {
    slot.lose(why);
    List<Object> ids = new ArrayList<>();
    for (HostedObject object : objects.all()) {
      if (object.slot() == slot) {
        object.absence(why);
        ids.add(object.id());
        slot.submit(new LostObject(object));
      }
    }
    for (Call call : monitor.open()) {
      if (call.slot() == slot && call.fail(why)) {
        workers.execute(call.sink()::flush);
      }
    }
    return ids;
  }

  /** The call that is gone on with by whatever enters a context now, on this thread; or null. */
  Call continued() {
    return continued.get();
  }

  void continuing(Call call, Runnable completion) {
    Call before = continued.get();
    continued.set(call);
    try {
      completion.run();
    } finally {
      continued.set(before);
    }
  }

  @Override
  public void close() {
    HeapGuard guard = heapGuard;
    if (guard != null) {
      guard.stop();
    }
    monitor.stop();
    workers.shutdown();
  }
}

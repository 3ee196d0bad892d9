package org.amino.runtime.schedule;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * The clock of the scheduler: one thread that looks every 5 ms while anything runs. It lets a successor take over from a reading thread that is held
 * up, ends calls whose time is over, and finds deadlocks. Calls that come and go between two looks cost it nothing.
 */
public final class Monitor implements Runnable {
  static final long TICK_NANOS = 5_000_000;
  /** Looks without any change after which it sleeps until it is woken. */
  private static final int IDLE_TICKS = 200;
  /** Looks that a call stays among the young ones, which are all looked at every time. */
  private static final int YOUNG_TICKS = 20;
  private static final int DEADLOCK_TICKS = 10;
  private static final int BUCKETS = 512;

  private record Young(Call call, long since) {}

  private final Scheduler scheduler;
  private final Set<Runner> runners = ConcurrentHashMap.newKeySet();
  private final ConcurrentLinkedQueue<Call> arrivals = new ConcurrentLinkedQueue<>();
  private final DeadlineWheel<Call> wheel = new DeadlineWheel<>(System.nanoTime(), TICK_NANOS, BUCKETS);
  private final LongAdder finishedCalls = new LongAdder();
  private List<Young> young = new ArrayList<>();
  private final Thread thread;
  private final Timers timers = new Timers("amino-timers");
  private long tick;
  private long numbers;
  private int idle;
  private volatile boolean asleep;
  private volatile boolean stopped;

  Monitor(Scheduler scheduler, String name) {
    this.scheduler = scheduler;
    this.thread = new Thread(this, name);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  void stop() {
    stopped = true;
    timers.stop();
    LockSupport.unpark(thread);
  }

  /** For what guests want done after a while. */
  Timers timers() {
    return timers;
  }

  /** Looks after a thread that runs guests. */
  public void watch(Runner runner) {
    runner.enrol();
    runners.add(runner);
    wake();
  }

  /** The thread's last act as a runner. */
  public void forget(Runner runner) {
    runners.remove(runner);
    runner.leave();
    finishedCalls.add(runner.calls());
  }

  long callsRun() {
    long calls = finishedCalls.sum();
    for (Runner runner : runners) {
      calls += runner.calls();
    }
    return calls;
  }

  /** The threads that run guests. */
  Iterable<Runner> runners() {
    return runners;
  }

  /** Whether nothing has run for a while. */
  boolean isAsleep() {
    return asleep;
  }

  /** Looks after a call that did not end at once: its deadline, and whether it is part of a deadlock. */
  public void track(Call call) {
    arrivals.add(call);
    wake();
  }

  /** Called after something was made visible that the monitor must see. */
  public void wake() {
    if (asleep) {
      asleep = false;
      LockSupport.unpark(thread);
    }
  }

  @Override
  public void run() {
    while (!stopped) {
      LockSupport.parkNanos(this, TICK_NANOS);
      try {
        look();
      } catch (RuntimeException | Error thrown) {
        scheduler.endIfOutOfMemory(thrown);
        System.getLogger(Monitor.class.getName()).log(System.Logger.Level.ERROR, "the monitor goes on after", thrown);
      }
      if (idle > IDLE_TICKS) {
        sleep();
      }
    }
  }

  private void sleep() {
    asleep = true;
    // A thread that became active before it could see that the monitor sleeps is seen here.
    if (isQuiet()) {
      while (asleep && !stopped) {
        LockSupport.park(this);
      }
    }
    asleep = false;
    idle = 0;
  }

  private boolean isQuiet() {
    for (Runner runner : runners) {
      if (runner.activity() != runner.seenActivity || runner.isInside() || runner.hasUnsent()) {
        return false;
      }
    }
    synchronized (this) {
      return arrivals.isEmpty() && young.isEmpty() && wheel.size() == 0;
    }
  }

  private void look() {
    boolean changed = false;
    for (Runner runner : runners) {
      changed |= look(runner);
    }
    List<Call> late = new ArrayList<>();
    synchronized (this) {
      tick++;
      long now = System.nanoTime();
      absorb();
      sweep(now, late);
      wheel.advance(now, Call::isAnswered).forEach(call -> late(call, now, late));
      changed |= !young.isEmpty() || wheel.size() > 0;
    }
    for (Call call : late) {
      scheduler.expire(call);
    }
    if (tick % DEADLOCK_TICKS == 0 && wheel.size() > 0) {
      breakDeadlock();
    }
    idle = changed ? 0 : idle + 1;
  }

  private boolean look(Runner runner) {
    long turn = runner.turn();
    long activity = runner.activity();
    boolean inside = (turn & 1) == 1 && turn > 0;
    boolean held = inside && turn == runner.seen;
    boolean changed = inside || activity != runner.seenActivity;
    runner.seen = turn;
    runner.seenActivity = activity;
    if (held && runner.canBeSucceeded()) {
      runner.take(turn);
    }
    boolean unsent = runner.hasUnsent();
    if (unsent && runner.seenUnsent) {
      scheduler.workers().execute(runner::flush);
    }
    runner.seenUnsent = unsent;
    return changed || unsent;
  }

  private void absorb() {
    for (Call call = arrivals.poll(); call != null; call = arrivals.poll()) {
      if (!call.isAnswered()) {
        if (call.number == 0) {
          call.number = ++numbers;
        }
        young.add(new Young(call, tick));
      }
    }
  }

  private void sweep(long now, List<Call> late) {
    List<Young> still = new ArrayList<>();
    Iterator<Young> each = young.iterator();
    while (each.hasNext()) {
      Young one = each.next();
      if (one.call().isAnswered()) {
        continue;
      }
      if (one.call().endsAt(now) - now <= 0) {
        late.add(one.call());
      } else if (tick - one.since() > YOUNG_TICKS) {
        wheel.add(one.call().endsAt(now), one.call());
      } else {
        still.add(one);
      }
    }
    young = still;
  }

  /** Its deadline was now when it was looked at last. */
  private void late(Call call, long now, List<Call> late) {
    long endsAt = call.endsAt(now);
    if (endsAt - now <= 0) {
      late.add(call);
    } else {
      wheel.add(endsAt, call);
    }
  }

  /** All calls that are not answered and did not end at once. */
  synchronized List<Call> open() {
    absorb();
    List<Call> calls = new ArrayList<>();
    for (Young one : young) {
      calls.add(one.call());
    }
    wheel.forEach(calls::add);
    calls.removeIf(Call::isAnswered);
    return calls;
  }

  private void breakDeadlock() {
    List<WaitGraph.Wait> circle = WaitGraph.circle(scheduler.waits());
    if (!circle.isEmpty()) {
      scheduler.abortWait(WaitGraph.youngest(circle).number(), WaitGraph.deadlock(circle));
    }
  }
}

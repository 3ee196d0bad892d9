package org.amino.runtime.schedule;

import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Daemon threads for whatever may take long. As many as contexts are busy or blocked at once; idle ones leave. */
public final class Workers {
  private static final System.Logger LOG = System.getLogger(Workers.class.getName());
  private static final int STACK_BYTES = 16 << 20;

  private static final class Worker extends Runner {}

  private final Monitor monitor;
  private final ThreadPoolExecutor threads;

  /** @param failed told what ended a thread that should go on */
  Workers(Monitor monitor, String name, Consumer<Throwable> failed) {
    this.monitor = monitor;
    AtomicInteger number = new AtomicInteger();
    this.threads = new ThreadPoolExecutor(0, Integer.MAX_VALUE, 30, TimeUnit.SECONDS, new SynchronousQueue<>(), work -> {
      Thread thread = new Thread(null, work, name + "-" + number.incrementAndGet(), STACK_BYTES);
      thread.setDaemon(true);
      thread.setUncaughtExceptionHandler((ended, thrown) -> {
        failed.accept(thrown);
        LOG.log(System.Logger.Level.ERROR, "the thread " + ended.getName() + " has ended", thrown);
      });
      return thread;
    });
  }

  /** Runs something on a thread of its own. */
  public void execute(Runnable work) {
    try {
      threads.execute(work);
    } catch (RejectedExecutionException e) {
      // Shut down: nobody is left to do it for.
      return;
    }
  }

  /** Runs the calls that are queued at a context, on this worker, and sends the answers. */
  void serve(ContextSlot slot) {
    Worker worker = new Worker();
    worker.begin();
    monitor.watch(worker);
    try {
      slot.drain(worker);
      worker.flush();
    } finally {
      worker.end();
      monitor.forget(worker);
    }
  }

  /** Sends what sinks have taken, on a thread of its own; while a socket takes nothing, the monitor has another thread send the rest. */
  void flush(List<CallSink> sinks) {
    execute(() -> {
      Worker worker = new Worker();
      monitor.watch(worker);
      try {
        sinks.forEach(worker::later);
        worker.flush();
      } finally {
        monitor.forget(worker);
      }
    });
  }

  void shutdown() {
    threads.shutdown();
  }
}

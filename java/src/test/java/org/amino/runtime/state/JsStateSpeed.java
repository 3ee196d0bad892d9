package org.amino.runtime.state;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import org.amino.runtime.guest.GuestContext;
import org.amino.runtime.guest.GuestObject;
import org.amino.runtime.guest.Workbench;

/**
 * How long it takes to capture and restore an object that holds 100,000 small ones: the best of some rounds, in
 * milliseconds of the thread's processor time, which other work on the machine does not lengthen. The only argument is
 * the number of rounds.
 */
public final class JsStateSpeed {
  private static final int OBJECTS = 100_000;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final String PROGRAM = """
      class Item {
        done = false;
        next = null;
        constructor(i) { this.id = i; this.name = 'item' + i % 100; this.price = i / 4; }
      }
      export default class Holder {
        constructor(count) {
          this.items = [];
          for (let i = 0; i < count; i++) this.items.push(new Item(i));
          for (let i = 1; i < count; i++) this.items[i].next = this.items[i - 1];
        }
        check() { return this.items.length + (this.items.at(-1).next === this.items.at(-2) ? 0 : 0.5); }
      }
      """;

  private JsStateSpeed() {}

  /** Measures and prints. */
  public static void main(String[] arguments) throws Exception {
    int rounds = arguments.length == 0 ? 7 : Integer.parseInt(arguments[0]);
    Path folder = Files.createTempDirectory("state-speed");
    long bestCapture = Long.MAX_VALUE;
    long bestRestoration = Long.MAX_VALUE;
    int size = 0;
    try (Workbench bench = new Workbench(folder)) {
      GuestContext context = bench.file("holder.mjs", PROGRAM).open("js", "holder.mjs");
      GuestObject holder = bench.create(context, "h", (long) OBJECTS);
      for (int round = 0; round < rounds; round++) {
        long begun = THREADS.getCurrentThreadCpuTime();
        byte[] state = bench.snapshot(holder, false);
        long captured = THREADS.getCurrentThreadCpuTime();
        GuestObject restored = bench.restore(context, "r", state);
        long ended = THREADS.getCurrentThreadCpuTime();
        if (!Long.valueOf(OBJECTS).equals(bench.call(restored, "check"))) {
          throw new IllegalStateException("the state came back different");
        }
        restored.discard();
        size = state.length;
        bestCapture = Math.min(bestCapture, captured - begun);
        bestRestoration = Math.min(bestRestoration, ended - captured);
      }
    }
    String text = "%d objects: captured in %d ms, restored in %d ms, %d bytes%n";
    System.out.printf(text, OBJECTS, bestCapture / 1_000_000, bestRestoration / 1_000_000, size);
    System.exit(0);
  }
}

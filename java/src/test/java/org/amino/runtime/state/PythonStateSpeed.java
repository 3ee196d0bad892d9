package org.amino.runtime.state;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.util.List;
import org.amino.runtime.guest.GuestContext;
import org.amino.runtime.guest.GuestObject;
import org.amino.runtime.guest.Workbench;
import org.amino.runtime.guest.polyglot.StateImage;
import org.amino.runtime.wire.MsgpackWriter;

/**
 * How long it takes to capture and restore an object that holds many small ones, as a graph and, in the same process,
 * pickled as older kernels did: the
 * best of some rounds, in milliseconds of the thread's processor time. The arguments are the numbers of objects and of
 * rounds.
 */
public final class PythonStateSpeed {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final byte[] NO_ARGUMENTS = {(byte) 0x90};
  private static final String PROGRAM = """
      import pickle

      class Item:
          def __init__(self, i):
              self.id = i
              self.name = f"item{i % 100}"
              self.price = i / 4
              self.done = i % 2 == 0
              self.next = None

      class Holder:
          def __init__(self, count):
              self.items = [Item(i) for i in range(count)]

          def check(self):
              return len(self.items)

          def pickled(self):
              return pickle.dumps(self, 5)

      __amino__ = Holder
      """;

  private final GuestContext context;
  private final Workbench bench;
  private final GuestObject holder;
  private final long count;
  private long capture;
  private long restoration;

  private PythonStateSpeed(Workbench bench, GuestContext context, long count) throws Exception {
    this.bench = bench;
    this.context = context;
    this.count = count;
    holder = bench.create(context, "holder", count);
  }

  private byte[] pickled() throws Exception {
    MsgpackWriter out = new MsgpackWriter();
    StateImage.writeHeader(out, "pickle", "python", List.of());
    out.writeRaw(bench.callEncoded(holder, "pickled", NO_ARGUMENTS, null));
    return out.toByteArray();
  }

  private void round(boolean pickle) throws Exception {
    long begun = THREADS.getCurrentThreadCpuTime();
    byte[] state = pickle ? pickled() : bench.snapshot(holder, false);
    long captured = THREADS.getCurrentThreadCpuTime();
    GuestObject restored = bench.restore(context, "restored", state);
    long ended = THREADS.getCurrentThreadCpuTime();
    if (!Long.valueOf(count).equals(bench.call(restored, "check"))) {
      throw new IllegalStateException("the state came back different");
    }
    restored.discard();
    capture = Math.min(capture, captured - begun);
    restoration = Math.min(restoration, ended - captured);
  }

  private long best(boolean pickle, int rounds) throws Exception {
    capture = Long.MAX_VALUE;
    restoration = Long.MAX_VALUE;
    for (int i = 0; i < rounds; i++) {
      round(pickle);
    }
    System.out.printf("%s: captured in %d ms, restored in %d ms%n", pickle ? "pickle" : "graph", capture / 1_000_000,
        restoration / 1_000_000);
    return capture + restoration;
  }

  /** Measures and prints. */
  public static void main(String[] arguments) throws Exception {
    long count = arguments.length == 0 ? 100_000 : Long.parseLong(arguments[0]);
    int rounds = arguments.length < 2 ? 7 : Integer.parseInt(arguments[1]);
    try (Workbench bench = new Workbench(Files.createTempDirectory("state-speed"))) {
      GuestContext context = bench.file("holder.py", PROGRAM).open("python", "holder.py");
      PythonStateSpeed speed = new PythonStateSpeed(bench, context, count);
      long pickle = speed.best(true, rounds);
      long graph = speed.best(false, rounds);
      System.out.printf("%d objects: a graph takes %.2f of the time of a pickle%n", count, (double) graph / pickle);
    }
    System.exit(0);
  }
}

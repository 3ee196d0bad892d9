package org.amino.runtime.state;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.amino.runtime.guest.GuestContext;
import org.amino.runtime.guest.GuestFactory;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.GuestObject;
import org.amino.runtime.guest.Workbench;

/**
 * How long 100,000 small objects take to be captured and restored, beside what the format before took (Marshal, whose
 * bytes passed as a value): a program, no test, in milliseconds of the thread's processor time, which other work on the
 * machine does not lengthen. The argument is the number of objects.
 */
final class RubyStateSpeed {
  private static final int ROUNDS = 4;
  private static final long MILLION = 1_000_000;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final String BOX = """
      class Leaf
        def initialize(a, b)
          @a = a
          @b = b
        end
      end
      class Box
        def fill(count) = (@v = Array.new(count) { |i| Leaf.new(i, "text #{i}") }; nil)
        def old_save = Marshal.dump(self).b
        def old_load(bytes) = (Marshal.load(bytes); nil)
      end
      """;

  private RubyStateSpeed() {}

  public static void main(String[] arguments) throws Exception {
    long count = arguments.length > 0 ? Long.parseLong(arguments[0]) : 100_000;
    Path folder = Files.createTempDirectory("speed");
    try (Workbench bench = new Workbench(folder)) {
      GuestFactory.Artifact artifact = new GuestFactory.Artifact("hash", "ruby", folder, "box.rb", "Box", List.of());
      GuestContext context = bench.file("box.rb", BOX).open(artifact);
      GuestObject box = bench.create(context, "box");
      bench.call(box, "fill", count);
      for (int round = 0; round < ROUNDS; round++) {
        long now = time(() -> bench.restore(context, "copy", bench.snapshot(box, false)));
        long before = time(() -> bench.call(box, "old_load", bench.call(box, "old_save")));
        System.out.printf("%d objects, round %d: graph %d ms, Marshal %d ms, ratio %.3f%n",
            count, round, now / MILLION, before / MILLION, (double) now / before);
      }
    }
  }

  private interface Work {
    void run() throws GuestFailure;
  }

  private static long time(Work work) throws GuestFailure {
    long from = THREADS.getCurrentThreadCpuTime();
    work.run();
    return THREADS.getCurrentThreadCpuTime() - from;
  }
}

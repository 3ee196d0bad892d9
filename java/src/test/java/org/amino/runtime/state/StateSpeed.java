package org.amino.runtime.state;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Map;
import org.amino.runtime.guest.GuestContext;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.GuestObject;
import org.amino.runtime.guest.Workbench;

/**
 * How long it takes to capture and restore an object that holds many small ones. Each line of the input asks for one round; its answer is the
 * nanoseconds of the thread's processor time for the capture and for the restoration, which other work on the machine does not lengthen. The
 * arguments are the language and how many objects. `benchmarks/states.py` builds this with older copies of Amino too, so it uses what they all have.
 */
public final class StateSpeed {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final Map<String, String> ENTRIES = Map.of("js", "holder.mjs", "python", "holder.py", "ruby", "holder.rb");
  private static final Map<String, String> PROGRAMS = Map.of("js", """
      class Item {
        done = false;
        next = null;
        constructor(i) { this.id = i; this.name = 'item' + i % 100; this.price = i / 4; }
      }
      export default class Holder {
        constructor(count) {
          this.items = [];
          for (let i = 0; i < count; i++) this.items.push(new Item(i));
        }
        check() { return this.items.length + this.items.at(-1).id; }
      }
      """, "python", """
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
              return len(self.items) + self.items[-1].id

      __amino__ = Holder
      """, "ruby", """
      class Item
        attr_reader :id

        def initialize(i)
          @id = i
          @name = "item#{i % 100}"
          @price = i / 4.0
          @done = i.even?
          @next = nil
        end
      end

      class Holder
        def initialize(count)
          @items = Array.new(count) { |i| Item.new(i) }
        end

        def check = @items.length + @items.last.id
      end
      """);

  private final Workbench bench;
  private final GuestContext context;
  private final GuestObject holder;
  private final long count;

  private StateSpeed(Workbench bench, String language, long count) throws Exception {
    this.bench = bench;
    this.count = count;
    context = bench.file(ENTRIES.get(language), PROGRAMS.get(language)).open(language, ENTRIES.get(language));
    holder = bench.create(context, "holder", count);
  }

  private String round() throws GuestFailure {
    long begun = THREADS.getCurrentThreadCpuTime();
    byte[] state = bench.snapshot(holder, false);
    long captured = THREADS.getCurrentThreadCpuTime();
    GuestObject restored = bench.restore(context, "restored", state);
    long ended = THREADS.getCurrentThreadCpuTime();
    if (!Long.valueOf(2 * count - 1).equals(bench.call(restored, "check"))) {
      throw new IllegalStateException("the state came back different");
    }
    restored.discard();
    return (captured - begun) + " " + (ended - captured);
  }

  /** Answers until the input ends. */
  public static void main(String[] arguments) throws Exception {
    BufferedReader rounds = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (Workbench bench = new Workbench(Files.createTempDirectory("state-speed"))) {
      StateSpeed speed = new StateSpeed(bench, arguments[0], Long.parseLong(arguments[1]));
      System.out.println("ready");
      while (rounds.readLine() != null) {
        System.out.println(speed.round());
      }
    }
    System.exit(0);
  }
}

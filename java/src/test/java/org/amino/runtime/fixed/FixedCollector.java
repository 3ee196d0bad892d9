package org.amino.runtime.fixed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.amino.runtime.guest.polyglot.PolyglotGuests;
import org.amino.runtime.testing.Host;
import org.amino.runtime.testing.LaneClient;

/** Values that a Python object drops: neither their {@code __del__} nor the {@code finally} of their code runs, on any replica, for the engine calls neither. */
final class FixedCollector {
  private static final int ROUNDS = 5;
  private static final String SOURCE = """
      seen = []
      class Dropped:
          def __init__(self):
              self.itself = self
          def __del__(self):
              seen.append('del')
      def steps():
          try:
              yield 1
          finally:
              seen.append('finally')
      class Probe:
          def drop(self):
              for _ in range(1000):
                  Dropped()
                  next(steps())
          def seen(self):
              return seen
      """;

  private FixedCollector() {}

  static void callsNobody(Path folder) throws Exception {
    Files.writeString(folder.resolve("probe.py"), SOURCE);
    PolyglotGuests guests = new PolyglotGuests();
    guests.prewarm("python");
    try (Host host = new Host(guests, FixedRun::nobodyCalls)) {
      LaneClient python = host.python();
      python.call("", "load", "hash", "python", folder.toString(), "probe.py", Map.of("contexts", 1, "class", "Probe"));
      python.call("", "create", "o1", 1, "hash", List.of(), Map.of(), Map.of("name", "probe", "fixed", List.of(1, 1)));
      for (int i = 0; i < ROUNDS; i++) {
        LaneClient.result(FixedRun.fixed(python, "o1", "drop", 1, 1));
        System.gc();
        assertEquals(List.of(), LaneClient.result(FixedRun.fixed(python, "o1", "seen", 1, 1)));
        assertEquals(List.of(), python.call("o1", "seen"));
      }
    }
  }
}

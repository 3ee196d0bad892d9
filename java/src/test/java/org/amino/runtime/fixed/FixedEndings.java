package org.amino.runtime.fixed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.amino.runtime.guest.Fixed;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.polyglot.PolyglotGuests;
import org.amino.runtime.testing.Host;
import org.amino.runtime.testing.LaneClient;
import org.amino.runtime.wire.Protocol;

/** Calls that end by what is no part of the object: its stack was too small, its time was over. */
final class FixedEndings {
  private static final Map<String, String> SOURCES = Map.of("js", """
      export default class Probe {
        caught = 'nothing';
        deep(n) { return this.deep(n + 1) + 1; }
        spin() { try { for (;;) {} } catch (error) { this.caught = 'an error'; } }
        seen() { return this.caught; }
        now() { return Date.now(); }
      }
      """, "python", """
      import time
      class Probe:
          def __init__(self):
              self.caught = 'nothing'
          def deep(self, n):
              return self.deep(n + 1) + 1
          def spin(self):
              try:
                  while True:
                      pass
              except BaseException:
                  self.caught = 'an error'
          def seen(self):
              return self.caught
          def now(self):
              return time.time_ns() // 1000000
      """, "ruby", """
      class Probe
        def initialize
          @caught = 'nothing'
        end
        def deep(n)
          deep(n + 1) + 1
        end
        def spin
          loop { }
        rescue Exception
          @caught = 'an error'
        end
        def seen
          @caught
        end
        def now
          Process.clock_gettime(Process::CLOCK_REALTIME, :millisecond)
        end
      end
      """);

  private FixedEndings() {}

  private static Host host(String language) throws Exception {
    PolyglotGuests guests = new PolyglotGuests();
    guests.prewarm(language);
    return new Host(guests, (target, method, args, options) -> null);
  }

  private static LaneClient python(Host host, Path folder, String language) throws Exception {
    Files.writeString(folder.resolve(FixedCases.entry(language)), SOURCES.get(language));
    host.python().call("", "load", "hash", language, folder.toString(), FixedCases.entry(language), Map.of("contexts", 1));
    host.python().call("", "create", "o1", 1, "hash", List.of(), Map.of(), Map.of("fixed", List.of(1, 1)));
    return host.python();
  }

  private static GuestFailure failure(LaneClient python, int budget, String member, Object... args) throws Exception {
    Map<Integer, Object> headers = Map.of(Protocol.Option.HEADERS, Map.of(Protocol.Header.FIXED, List.of(1, 1)), Protocol.Option.BUDGET, budget);
    return LaneClient.failure(python.send(0, Map.of(0, headers), LaneClient.to("o1", member, args)).get(0));
  }

  /** A call that went too deep says that it failed here, and perhaps nowhere else. */
  static void tooDeep(Path folder, String language) throws Exception {
    try (Host host = host(language)) {
      GuestFailure failed = failure(python(host, folder, language), 60_000, "deep", 1);
      assertEquals("NOT_DETERMINISTIC", failed.code, failed.type + " " + failed.getMessage());
      assertEquals(Map.of(Fixed.DIVERGED, true), failed.details);
    }
  }

  /**
   * A call whose time is over has failed here, and its circumstances end with it.
   *
   * @param caught whether the object's own handler sees the interruption
   */
  static void outOfTime(Path folder, String language, boolean caught) throws Exception {
    try (Host host = host(language)) {
      LaneClient python = python(host, folder, language);
      assertEquals("DEADLINE_EXCEEDED", failure(python, 300, "spin").code);
      assertEquals(caught ? "an error" : "nothing", python.call("o1", "seen"));
      assertTrue((long) python.call("o1", "now") > 1_000_000_000_000L, "the time of the moment");
    }
  }
}

package org.amino.runtime.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.amino.runtime.guest.InterfaceDescription.Member;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A lamp in each language that has properties: members that read, and members `<name>=` that set. */
class PropertyTest {
  private static final Map<String, String> LAMPS = Map.of("js", """
      class Base { get hidden() { return 0; } set base(to) {} }
      export default class Lamp extends Base {
        static readOnly = ['level'];
        constructor() { super(); this.now = 1; }
        /** How bright. */
        get level() { return this.now; }
        set level(to) { if (to < 0) throw new RangeError('too dark'); this.now = to; }
        get half() { return this.now / 2; }
        set hidden(to) { this.now = to; }
        dim(other) { other.level = other.level() + 4; return other.level(); }
      }
      """, "python", """
      class Lamp:
          __read_only__ = ["level"]

          def __init__(self):
              self.now = 1

          @property
          def level(self):
              "How bright."
              return self.now

          @level.setter
          def level(self, to):
              if to < 0:
                  raise ValueError("too dark")
              self.now = to

          @property
          def half(self):
              return self.now / 2

          def dim(self, other):
              other.level = other.level() + 4
              return other.level()
      """, "ruby", """
      class Lamp
        READ_ONLY = [:level].freeze

        def initialize = @now = 1

        # How bright.
        def level = @now

        def level=(to)
          raise ArgumentError, 'too dark' if to.negative?

          @now = to
        end

        def half = @now / 2.0

        def dim(other)
          other.level = other.level + 4
          other.level
        end
      end
      """);
  private static final Map<String, String> ENDINGS = Map.of("js", "mjs", "python", "py", "ruby", "rb");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"js", "python", "ruby"})
  void aPropertyIsReadAndSetByMembers(String language) throws Exception {
    assumeTrue(Workbench.has(language));
    try (Workbench bench = new Workbench(folder)) {
      String entry = "lamp." + ENDINGS.get(language);
      GuestContext context = bench.file(entry, LAMPS.get(language)).open(language, entry);
      GuestObject lamp = bench.create(context, "lamp");
      assertEquals(1L, bench.call(lamp, "level"));
      bench.call(lamp, "level=", 6L);
      assertEquals(List.of(6L, 3.0), List.of(bench.call(lamp, "level"), ((Number) bench.call(lamp, "half")).doubleValue()));
      bench.create(context, "other");
      assertEquals(5L, bench.call(lamp, "dim", Workbench.referenceTo("other")));
      assertEquals("GUEST_EXCEPTION", assertThrows(GuestFailure.class, () -> bench.call(lamp, "level=", -1L)).code);
      assertEquals("MEMBER_NOT_FOUND", assertThrows(GuestFailure.class, () -> bench.call(lamp, "half=", 1L)).code);
      assertEquals("ARGUMENT_INVALID", assertThrows(GuestFailure.class, () -> bench.call(lamp, "level", 1L)).code);
      assertEquals("ARGUMENT_INVALID", assertThrows(GuestFailure.class, () -> bench.call(lamp, "level=")).code);
      Map<String, Member> members = context.describe().members().stream().collect(Collectors.toMap(Member::name, member -> member));
      assertEquals(new Member("level", 0, 0, true, List.of(), "How bright.", true), members.get("level"));
      assertEquals(List.of(true, true, false), List.of(members.get("level=").property(), members.get("half").property(), members.get("dim").property()));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"js"})
  void aSetterAloneHidesTheGetterOfTheClassAbove(String language) throws Exception {
    try (Workbench bench = new Workbench(folder)) {
      GuestContext context = bench.file("lamp.mjs", LAMPS.get(language)).open(language, "lamp.mjs");
      List<String> names = context.describe().members().stream().map(Member::name).toList();
      assertEquals(List.of("base=", "dim", "half", "hidden=", "level", "level="), names);
    }
  }
}

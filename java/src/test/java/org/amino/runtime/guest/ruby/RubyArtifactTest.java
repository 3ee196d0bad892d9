package org.amino.runtime.guest.ruby;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.amino.runtime.guest.GuestContext;
import org.amino.runtime.guest.GuestFactory;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.GuestObject;
import org.amino.runtime.guest.Workbench;
import org.amino.runtime.guest.WorkbenchTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** What an artifact offers, and what is said of an artifact that cannot be used. */
@Tag("ruby")
@EnabledIf("present")
class RubyArtifactTest extends WorkbenchTest {
  static boolean present() {
    return Workbench.has("ruby");
  }

  @Test
  void aConstantThatALibraryWouldLoadLaterIsNotTakenForTheClass() throws Exception {
    bench.file("lib/late.rb", "class Late\n  def hi = 'late'\nend\n");
    bench.file("lib/broken.rb", "raise 'nobody may load this'\n");
    bench.file("basket.rb", "require 'set'\nautoload :Broken, 'broken'\nclass Basket\n  def size = Set.new([1, 1]).size\nend\n");
    assertEquals(1L, bench.call(bench.create(bench.open("ruby", "basket.rb"), "basket"), "size"));
    bench.file("later.rb", "autoload :Late, 'late'\n");
    assertEquals("late", bench.call(bench.create(bench.open("ruby", "later.rb"), "later"), "hi"));
  }

  @Test
  void filesThatRequireOneAnotherAreLoadedInTheSameOrderBeforeAState() throws Exception {
    bench.file("lib/outer.rb", "class Outer\n  require 'outer/inner'\n  require 'outer/after'\n  def sum = SUM\nend\n");
    bench.file("lib/outer/inner.rb", "class Outer\n  MARK = 1\nend\n").file("lib/outer/after.rb", "class Outer\n  SUM = MARK + 1\nend\n");
    bench.file("keeper.rb", "autoload :Outer, 'outer'\nclass Keeper\n  def keep = (@outer = Outer.new) && 0\n  def sum = @outer.sum\nend\n");
    GuestObject first = bench.create(bench.open("ruby", "keeper.rb"), "first");
    bench.call(first, "keep");
    assertEquals(2L, bench.call(bench.restore(bench.open("ruby", "keeper.rb"), "second", bench.snapshot(first, false)), "sum"));
  }

  @Test
  void aGemWithAKnownFaultIsRepairedAndOthersAreNot() throws Exception {
    String thread = "class Places\n  THREAD = Thread.new do\n    1\n  end\nend\n";
    bench.file("lib/concurrent/atomic/ruby_thread_local_var.rb", thread).file("lib/places.rb", thread);
    bench.file("gem.rb", """
        class Gem1
          def kind
            require 'concurrent/atomic/ruby_thread_local_var'
            [Places::THREAD.class.name, Places::THREAD.source_location]
          end

          def other = require('places')
        end
        """);
    GuestObject made = bench.create(bench.open("ruby", "gem.rb"), "gem");
    assertEquals(List.of("Proc", List.of("/artifact/lib/concurrent/atomic/ruby_thread_local_var.rb", 2L)), bench.call(made, "kind"));
    assertTrue(assertThrows(GuestFailure.class, () -> bench.call(made, "other")).getMessage().contains("may not start threads"));
  }

  @Test
  void badArtifactsAreNamed() throws Exception {
    bench.file("bad.rb", "class A\n  def x(\n  1 +\nend\n");
    GuestFailure failure = assertThrows(GuestFailure.class, () -> bench.open("ruby", "bad.rb"));
    assertEquals("ARTIFACT_INVALID", failure.code);
    assertTrue(failure.getMessage().matches("(?s).*bad.rb:\\d.*"), failure.getMessage());
    bench.file("tools.rb", "@count = 0\ndef add(a, b)\n  a + b\nend\ndef next_one\n  @count = (@count || 0) + 1\nend\n");
    GuestContext tools = bench.open(new GuestFactory.Artifact("h", "ruby", folder, "tools.rb", null, List.of()));
    GuestObject object = bench.create(tools, "t");
    assertEquals(3L, bench.call(object, "add", 1L, 2L));
    assertEquals(1L, bench.call(object, "next_one"));
    assertEquals(2L, bench.call(bench.restore(bench.open("ruby", "tools.rb"), "t2", bench.snapshot(object, false)), "next_one"));
  }
}

package org.amino.runtime.guest.ruby;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.amino.runtime.guest.GuestContext;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.GuestObject;
import org.amino.runtime.guest.Workbench;
import org.amino.runtime.wire.PlainValue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** What the generated states (RubyStates) do not show: parts of the library, constants, words of refusals, states of older formats. */
@Tag("ruby")
@EnabledIf("present")
class RubyStateTest {
  private static final String BOX = """
      class Color
        attr_accessor :name
        def initialize(name) = @name = name
        RED = new('red')
        ALL = [RED]
      end
      NONE = Object.new
      TABLE = Array.new(600) { |i| [i] }
      FIXED = Array.new(600) { |i| [i] }.freeze
      class Unwilling
        def initialize(value) = @value = value
        def marshal_dump = @value
        def marshal_load(_value) = raise('unwilling')
      end
      class Forgetful < Unwilling
        def marshal_load(_value) = nil
      end
      class Partial
        def initialize(value) = @value = value
        def amino_save = [@value]
        def amino_load(_saved) = nil
      end
      class Same
        attr_accessor :n
        def hash = 1
        def eql?(_other) = @eql
        def equal_now = @eql = true
      end
      class Box
        attr_accessor :v
        def run(code) = eval(code)
      end
      """;

  private static final String REMEDY = "correct how its class saves and loads it, or give the class amino_save and amino_load";

  @TempDir Path folder;
  private Workbench bench;
  private GuestContext context;
  private GuestObject box;

  static boolean present() {
    return Workbench.has("ruby");
  }

  @BeforeEach
  void open() throws Exception {
    bench = new Workbench(folder);
    bench.file("box.rb", BOX);
    context = bench.open("ruby", "box.rb");
    box = bench.create(context, "box");
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private Object run(String code) throws GuestFailure {
    return bench.call(box, "run", code);
  }

  /** Evaluates in a copy of the box in another context. */
  private Object moved(String code) throws GuestFailure {
    return bench.call(bench.restore(bench.open("ruby", "box.rb"), "copy", bench.snapshot(box, false)), "run", code);
  }

  private String lost(String code) throws GuestFailure {
    run(code + "; nil");
    GuestFailure refused = assertThrows(GuestFailure.class, () -> bench.snapshot(box, false));
    assertEquals("STATE_NOT_CAPTURABLE", refused.code);
    return String.join("; ", ((List<?>) refused.details.get("lost")).stream().map(String::valueOf).toList());
  }

  @Test
  void partsOfTheLibraryMoveThoughTheyWereLoadedLate() throws Exception {
    run("""
        require 'ostruct'; require 'delegate'; require 'pathname'; require 'monitor'; require 'stringio'; require 'singleton'
        @open = OpenStruct.new(a: 1, b: [2]); @list = SimpleDelegator.new([1, 2]); @path = Pathname.new('/a'); @lock = Monitor.new
        @text = StringIO.new(+"one\\ntwo"); @text.gets; nil""");
    assertEquals(List.of(1L, List.of(2L), List.of(1L, 2L), "/a/b", 3L, "two"), moved("[@open.a, @open.b, @list.reverse.reverse, (@path + 'b').to_s, @lock.synchronize { 3 }, @text.gets]"));
  }

  @Test
  void aRandomGoesOnWhereItWas() throws Exception {
    String draws = "[@v, @w].flat_map { |r| [r.rand(1000), r.rand, r.bytes(3).unpack('C*'), r.seed] }.flatten.map(&:to_s) + (1..700).map { @v.rand(9).to_s }";
    run("@v = Random.new(7); @w = Random.new(-(2**90)); 1000.times { @v.rand }; @w.rand(3); nil");
    GuestObject copy = bench.restore(bench.open("ruby", "box.rb"), "copy", bench.snapshot(box, false));
    assertEquals(run(draws), bench.call(copy, "run", draws));
    run("@v = @w = Random.new(1); nil");
    assertEquals(true, moved("@v.equal?(@w)"));
  }

  @Test
  void anObjectOfAConstantIsThatOfTheConstantAgain() throws Exception {
    run("@v = [Color::RED, NONE, Color::ALL, STDOUT]; nil");
    assertEquals(List.of(true, true, true, true), moved("[@v[0].equal?(Color::RED), @v[1].equal?(NONE), @v[2].equal?(Color::ALL), @v[3].equal?(STDOUT)]"));
  }

  @Test
  void aConstantThatHasChangedIsNoPartOfAnObject() throws Exception {
    assertTrue(lost("Color::RED.name = 'crimson'; @v = [Color::ALL]").matches("@v\\[0\\] \\(Array: it is in a constant and may have changed .*"));
    assertTrue(lost("@v = [TABLE]").startsWith("@v[0] (Array: it is in a constant and may have changed "));
    run("@v = [FIXED]; nil");
    assertEquals(true, moved("@v[0].equal?(FIXED)"));
  }

  @Test
  void whatCannotBeCapturedIsNamedWithItsPlaceItsClassAndARemedy() throws Exception {
    assertEquals("@v[:work][1] (Proc: Ruby does not show the code of a block; keep the name of a method (a Symbol), or give the class amino_save and amino_load)",
        lost("@v = {work: [1, proc { 2 }]}"));
    assertTrue(lost("@v = Hash.new { |h, k| h[k] = 1 }").startsWith("@v (Hash: it has a default block"));
    assertTrue(lost("@v = Color.new(Thread.current)").startsWith("@v.@name (Thread: it is something that runs"));
    assertTrue(lost("@v = [Class.new.new]").startsWith("@v[0] (a class without name: "));
    assertTrue(lost("@v = Mutex.new.tap(&:lock)").startsWith("@v (Mutex: it is locked"));
    assertTrue(lost("key = [1]; @v = {key => 2}; key << 3").startsWith("@v (Hash: a key of it was changed"));
    assertEquals("@v (Box: it has a method of its own, odd; define it in a class or module, and extend the object with that)", lost("@v = Box.new; def (@v).odd = 1"));
  }

  @Test
  void aClassThatDoesNotRestoreWhatItSavesIsNamedBeforeTheStateIsAcknowledged() throws Exception {
    assertEquals("@v[0] (Unwilling: restoring it raises RuntimeError; " + REMEDY + ")", lost("@v = [Unwilling.new(1)]"));
    assertEquals("@v[1] (Forgetful: it does not come back as it is; " + REMEDY + ")", lost("@v = [2, Forgetful.new(3)]"));
    assertEquals("@v[0] (Partial: it does not come back as it is; " + REMEDY + ")", lost("@v = [Partial.new(3)]"));
    assertTrue(lost("a = Same.new; b = Same.new; @v = {a => 1, b => 2}; a.equal_now; b.equal_now").startsWith("@v (Hash: "));
  }

  @Test
  void aGuestThatChangesRubysOwnMethodsChangesNoState() throws Exception {
    run("""
        @v = {a: [1, 'two', Color.new(:x)]}
        class Array; def each = raise('each'); def concat(*) = raise('concat'); end
        class Hash; def each_pair = raise('pairs'); def store(*) = raise('store'); end
        module Kernel; def instance_variables = []; def frozen? = true; end
        nil""");
    assertEquals(List.of(1L, "two", "x"), moved("[@v[:a][0], @v[:a][1], @v[:a][2].name]"));
  }

  @Test
  void theStateNamesAClassThatIsNotThere() throws Exception {
    run("@v = Color.new('red'); nil");
    byte[] state = bench.snapshot(box, false);
    bench.file("less.rb", "class Box; end\n");
    GuestFailure refused = assertThrows(GuestFailure.class, () -> bench.restore(bench.open("ruby", "less.rb"), "less", state));
    assertTrue(refused.getMessage().contains("the state holds a Color, which the artifact does not define here"), refused.getMessage());
  }

  @Test
  void theRootMayHaveAnyOfRubysClasses() throws Exception {
    bench.file("list.rb", "class Log < Array\n def initialize(*) = (super(); @seen = 0)\n def add(x) = (self << x; @seen += 1)\n def all = [to_a, @seen]\nend\n");
    GuestObject log = bench.create(bench.open("ruby", "list.rb"), "log");
    bench.call(log, "add", "a");
    assertEquals(List.of(List.of("a"), 1L), bench.call(bench.restore(bench.open("ruby", "list.rb"), "copy", bench.snapshot(log, false)), "all"));
    bench.file("mod.rb", "module Tally\n def self.up = @n = (@n || 0) + 1\nend\n");
    GuestObject tally = bench.create(bench.open("ruby", "mod.rb"), "tally");
    bench.call(tally, "up");
    assertEquals(2L, bench.call(bench.restore(bench.open("ruby", "mod.rb"), "copy", bench.snapshot(tally, false)), "up"));
  }

  @Test
  void statesOfOlderFormatsAreStillRestored() throws Exception {
    assertEquals(List.of(1L, "x"), bench.call(bench.restore(context, "old", old("values", Map.of("fields", Map.of("@v", List.of(1L, "x"))))), "run", "@v"));
    byte[] dump = "\4\bo:\bBox\6:\7@vi\n".getBytes(StandardCharsets.ISO_8859_1);
    assertEquals(5L, bench.call(bench.restore(context, "older", old("marshal", dump)), "run", "@v"));
  }

  private static byte[] old(String format, Object data) {
    Map<String, Object> state = new LinkedHashMap<>();
    state.put("format", format);
    state.put("language", "ruby");
    state.put("lost", List.of());
    state.put("data", data);
    return PlainValue.encode(state);
  }
}

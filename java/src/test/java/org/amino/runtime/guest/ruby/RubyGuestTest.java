package org.amino.runtime.guest.ruby;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.amino.runtime.guest.GuestContext;
import org.amino.runtime.guest.GuestFactory;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.GuestObject;
import org.amino.runtime.guest.InterfaceDescription.Member;
import org.amino.runtime.guest.NestedErrors;
import org.amino.runtime.guest.Workbench;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.PlainValue;
import org.amino.runtime.wire.Protocol;
import org.amino.runtime.wire.Protocol.Outcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** One context serves most tests: opening one takes long. */
@Tag("ruby")
@EnabledIf("present")
class RubyGuestTest {
  @TempDir Path folder;
  private Workbench bench;
  private GuestContext context;
  private GuestObject probe;

  static boolean present() {
    return Workbench.has("ruby");
  }

  @BeforeEach
  void open() throws Exception {
    bench = new Workbench(folder);
    bench.file("lib/leaf.rb", "class Leaf\n  attr_reader :v\n  def initialize(v)\n    @v = v\n  end\nend\n");
    bench.file("lib/late.rb", "class Late\n  def hi\n    'late'\n  end\nend\n");
    bench.file("probe.rb", """
        # frozen_string_literal: true
        require 'json'
        require_relative 'lib/leaf'
        autoload :Late, 'late'

        # Answers questions.
        class Probe
          READ_ONLY = [:get]
          def initialize(start = 0)
            @n = start
          end

          # Adds n.
          def incr(n)
            @n += n
          end

          def get
            @n
          end

          def echo(value)
            value
          end

          def run(code, value = nil)
            eval(code)
          end

          def keep(name, code)
            instance_variable_set("@#{name}", eval(code))
            nil
          end

          def boom
            raise KeyError, 'gone'
          end

          def say
            puts 'one'
            warn 'two'
          end

          def named(a, b = 2, c: 3)
            [a, b, c]
          end

          def by(other, n)
            other.incr(n)
          end

          def by_name(name, n)
            amino.get(name).incr(n)
          end

          def caught(other)
            other.boom
          rescue Amino::Error => e
            [e.code, e.type, e.message]
          end

          def known(other)
            other.boom
          rescue Amino::Error => e
            e.outcome.name
          end

          def passed(other)
            other.boom
          end

          def me
            [self, amino.self]
          end

          def _hidden; end

          private

          def secret; end
        end
        """);
    context = bench.open("ruby", "probe.rb");
    probe = bench.create(context, "p1", 10L);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private Object run(String code, Object value) throws GuestFailure {
    return bench.call(probe, "run", code, value);
  }

  private GuestFailure refused(String code) {
    return assertThrows(GuestFailure.class, () -> run(code, null));
  }

  private void echoes(byte[] encoded) throws GuestFailure {
    assertArrayEquals(encoded, bench.pass(probe, "echo", encoded));
  }

  private static byte[] extension(int type, Object payload) {
    MsgpackWriter out = new MsgpackWriter();
    int mark = out.beginExtension();
    PlainValue.write(out, payload);
    out.endExtension(mark, type);
    return out.toByteArray();
  }

  private static byte[] raw(int type, int... payload) {
    byte[] bytes = new byte[payload.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) payload[i];
    }
    MsgpackWriter out = new MsgpackWriter();
    out.writeExtension(type, bytes);
    return out.toByteArray();
  }

  @Test
  void membersRunAndAreDescribed() throws Exception {
    assertEquals(15L, bench.call(probe, "incr", 5L));
    assertEquals(15.5, bench.call(probe, "incr", 0.5));
    assertEquals("Probe", context.describe().name());
    assertEquals("Answers questions.", context.describe().doc());
    assertEquals(List.of("start"), context.describe().constructorParameters());
    List<Member> members = context.describe().members();
    assertEquals(new Member("incr", 1, 1, false, List.of("n"), "Adds n.", false), members.stream().filter(m -> m.name().equals("incr")).findFirst().get());
    assertEquals(new Member("get", 0, 0, true, List.of(), "", true), members.stream().filter(m -> m.name().equals("get")).findFirst().get());
    assertTrue(members.stream().noneMatch(m -> m.name().startsWith("_")));
    assertEquals("ARGUMENT_INVALID", assertThrows(GuestFailure.class, () -> bench.call(probe, "incr")).code);
    GuestFailure missing = assertThrows(GuestFailure.class, () -> bench.call(probe, "inc"));
    assertTrue(missing.code.equals("MEMBER_NOT_FOUND") && missing.getMessage().contains("incr"));
    assertEquals(List.of(1L, 2L, 9L), bench.callNamed(probe, "named", Map.of("c", 9L), 1L));
    assertEquals(17L, bench.callNamed(bench.create(context, "p9", 10L), "incr", Map.of("n", 7L)));
    assertEquals("ARGUMENT_INVALID", assertThrows(GuestFailure.class, () -> bench.callNamed(probe, "named", Map.of("x", 9L), 1L)).code);
    assertEquals("ARGUMENT_INVALID", assertThrows(GuestFailure.class, () -> bench.callNamed(probe, "named", Map.of("c", 9L))).code);
    assertEquals("MEMBER_NOT_FOUND", assertThrows(GuestFailure.class, () -> bench.call(probe, "secret")).code);
    bench.call(probe, "say");
    assertEquals(List.of("info: one", "error: two"), bench.log);
  }

  @Test
  void valuesComeBackAndAreTheLanguagesOwn() throws Exception {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("a", 1L);
    map.put("list", List.of(1L, "two", true, List.of(), Map.of()));
    byte[] octets = {1, 2, (byte) 200};
    List<Object> values = Arrays.asList(null, true, false, 0L, -1L, 1L << 60, Long.MIN_VALUE, Long.MAX_VALUE, 0.5, 5.0, Double.NaN, Double.NEGATIVE_INFINITY,
        -0.0, "", "grüße \ud83d\ude00 \u0000", map, new BigInteger("-123456789012345678901234567890"), octets);
    for (Object value : values) {
      echoes(PlainValue.encode(value));
      echoes(PlainValue.encode(Arrays.asList("x", value)));
    }
    echoes(extension(Protocol.Extension.SET, List.of(1L)));
    echoes(extension(Protocol.Extension.REFERENCE, Arrays.asList("o1", "Counter", 7L, "host:1")));
    echoes(extension(Protocol.Extension.ERROR, Arrays.asList("OVERLOADED", "T", "m", "s", Map.of("k", 1L), null, 1L)));
    echoes(raw(Protocol.Extension.TIMESTAMP, 0, 0, 0, 5));
    echoes(raw(Protocol.Extension.TIMESTAMP, 0, 0, 0, 4, 0, 0, 0, 5));
    echoes(raw(Protocol.Extension.DURATION, 255, 255, 255, 255, 255, 255, 255, 254));
    echoes(raw(Protocol.Extension.DURATION, 0, 0, 0, 0, 0, 0, 3, 232));
    assertEquals("[true, true, true, true]", run("value.zip([Hash, Array, String, Integer]).map { |v, t| v.instance_of?(t) }.inspect",
        Arrays.asList(Map.of(), List.of(), octets, BigInteger.TWO.pow(80))));
    assertEquals("{\"a\":[1,null]}", run("JSON.generate(value)", Map.of("a", Arrays.asList(1L, null))));
    assertEquals(Map.of("k", 1L), run("{k: 1}", null));
    assertEquals("late", run("Late.new.hi", null));
    assertEquals(List.of(1L, 2L), run("Set.new([1, 2]).to_a", null));
    List<Object> many = new ArrayList<>();
    for (long i = 0; i < 3000; i++) {
      many.add(i);
    }
    echoes(PlainValue.encode(many));
  }

  @Test
  void sharedPartsDepthAndRefusals() throws Exception {
    byte[] graph = bench.callEncoded(probe, "run", PlainValue.encode(List.of("a = []; a << a; a << {'a' => a}; a")), null);
    echoes(graph);
    Object nested = 1L;
    for (int i = 0; i < 199; i++) {
      nested = List.of(nested);
    }
    echoes(PlainValue.encode(nested));
    assertTrue(refused("{'handlers' => [1, proc {}]}").getMessage().startsWith("result.handlers[1] is a "));
    assertEquals("VALUE_INVALID", refused("\"a\\xff\"").code);
    assertEquals("VALUE_INVALID", refused("[\"a\\xff\"]").code);
    assertEquals("VALUE_INVALID", refused("{[1, 2] => 3}").code);
    assertEquals("VALUE_INVALID", refused("Leaf.new(1)").code);
    assertEquals("VALUE_INVALID", refused("(1..100000).reduce([]) { |a, _| [a] }").code);
  }

  @Test
  void errorsAndReferences() throws Exception {
    GuestFailure boom = assertThrows(GuestFailure.class, () -> bench.call(probe, "boom"));
    assertEquals(List.of("GUEST_EXCEPTION", "KeyError", "gone"), List.of(boom.code, boom.type, boom.getMessage()));
    assertTrue(boom.stack.contains("probe.rb:36"), boom.stack);
    GuestObject other = bench.create(context, "p2");
    assertEquals(7L, bench.call(probe, "by", Workbench.referenceTo("p2"), 7L));
    assertEquals(9L, bench.call(probe, "by_name", "p2", 2L));
    assertEquals(List.of("GUEST_EXCEPTION", "KeyError", "gone"), bench.call(probe, "caught", Workbench.referenceTo("p2")));
    GuestFailure passed = assertThrows(GuestFailure.class, () -> bench.call(probe, "passed", Workbench.referenceTo("p2")));
    assertEquals(List.of("GUEST_EXCEPTION", "KeyError", "gone"), List.of(passed.code, passed.type, passed.getMessage()));
    GuestFailure nobody = assertThrows(GuestFailure.class, () -> bench.call(probe, "by_name", "nobody", 2L));
    assertEquals(List.of("GUEST_EXCEPTION", "NAME_NOT_FOUND"), List.of(nobody.code, ((GuestFailure) nobody.getCause()).code));
    bench.call(probe, "me");
    assertEquals("GUEST_EXCEPTION", refused("exit 3").code);
    assertEquals(9L, bench.call(other, "get"));
  }

  @Test
  void aCalleesErrorNeverPassesForTheCallersOwn() throws Exception {
    NestedErrors.arePassedOn(bench, reference -> bench.call(probe, "passed", reference));
    bench.fail("down", GuestFailure.of("KERNEL_UNAVAILABLE", "not sent").with(Outcome.NOT_RUN));
    assertEquals("not_run", bench.call(probe, "known", Workbench.referenceTo("down")));
    assertEquals(Outcome.RAN, refused("Object.new").outcome);
  }

  @Test
  void stateMoves() throws Exception {
    byte[] simple = bench.snapshot(probe, false);
    assertTrue(new String(simple, java.nio.charset.StandardCharsets.ISO_8859_1).contains("graph"));
    assertEquals(10L, bench.call(bench.restore(context, "p3", simple), "get"));
    bench.call(probe, "keep", "leaf", "Leaf.new(:sym)");
    bench.call(probe, "keep", "me", "self");
    GuestContext second = bench.open("ruby", "probe.rb");
    GuestObject moved = bench.restore(second, "p4", bench.snapshot(probe, false));
    assertEquals(List.of(true, "sym", "Leaf", 10L), bench.call(moved, "run", "[@me.equal?(self), @leaf.v, @leaf.class.name, @n]"));
    bench.call(probe, "keep", "work", "proc { 1 }");
    GuestFailure lost = assertThrows(GuestFailure.class, () -> bench.snapshot(probe, false));
    assertEquals("STATE_NOT_CAPTURABLE", lost.code);
    assertTrue(lost.getMessage().contains("@work ("), lost.getMessage());
    assertEquals(10L, bench.call(bench.restore(context, "p5", bench.snapshot(probe, true)), "get"));
  }

  @Test
  void nothingOfTheHostIsThere() throws Exception {
    for (String code : List.of("File.read('/etc/passwd')", "IO.read('/etc/passwd')", "File.open('/etc/passwd')", "Dir.children('/')", "`ls`", "system('ls')",
        "Thread.new { 1 }", "File.write('/artifact/new', 'x')", "Polyglot.eval('js', '1')", "require 'socket'; TCPSocket.new('127.0.0.1', 1)", "fork",
        "require '/etc/passwd'", "load '/etc/passwd'", "Truffle::System.initial_environment_variables")) {
      refused(code);
    }
    assertEquals("Ruby does this in native code, which an object may not call; docs/guests.md says what there is", refused("File.stat('probe.rb')").getMessage());
    assertEquals(Map.of(), run("ENV.to_h", null));
    assertEquals(10L, bench.call(probe, "get"));
  }

  @Test
  void aLargeIntegerThatADoubleHoldsExactlyStaysAnInteger() throws Exception {
    assertEquals(BigInteger.TWO.pow(200), run("2**200", null));
    assertEquals(BigInteger.TWO.pow(200).negate(), run("-(2**200)", null));
    assertEquals(Math.pow(2, 200), run("2.0**200", null));
    assertEquals(1e300, run("1e300", null));
  }
}

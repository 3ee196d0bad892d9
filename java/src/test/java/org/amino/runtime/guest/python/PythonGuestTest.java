package org.amino.runtime.guest.python;

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
@Tag("python")
@EnabledIf("present")
class PythonGuestTest {
  @TempDir Path folder;
  private Workbench bench;
  private GuestContext context;
  private GuestObject probe;

  static boolean present() {
    return Workbench.has("python");
  }

  @BeforeEach
  void open() throws Exception {
    bench = new Workbench(folder);
    bench.file("helpers/__init__.py", "").file("helpers/tree.py", "class Leaf:\n    def __init__(self, v):\n        self.v = v\n");
    bench.file("probe.py", """
        import amino
        from helpers.tree import Leaf

        class Probe:
            \"""Answers questions.\"""
            def __init__(self, start=0):
                self.n = start

            def incr(self, n):
                \"""Adds n.\"""
                self.n += n
                return self.n

            @amino.read_only
            def get(self):
                return self.n

            def echo(self, value):
                return value

            def run(self, code, value=None):
                return eval(code)

            def keep(self, name, code):
                setattr(self, name, eval(code))

            def boom(self):
                raise KeyError("gone")

            def say(self):
                print("one")
                import sys
                print("two", file=sys.stderr)

            def named(self, a, b=2, *, c=3):
                return [a, b, c]

            def by(self, other, n):
                return other.incr(n)

            def by_name(self, name, n):
                return amino.get(name).incr(n)

            def caught(self, other):
                try:
                    other.boom()
                except amino.Error as e:
                    return [e.code, e.type, e.message]

            def known(self, other):
                try:
                    other.boom()
                except amino.Error as e:
                    return e.outcome

            def passed(self, other):
                other.boom()

            def me(self):
                return [self, amino.self]

            async def later(self):
                return self.n

            def _hidden(self):
                pass
        """);
    context = bench.open("python", "probe.py");
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
    assertEquals(15.5, bench.call(probe, "later"));
    assertEquals("Probe", context.describe().name());
    assertEquals("Answers questions.", context.describe().doc());
    assertEquals(List.of("start"), context.describe().constructorParameters());
    List<Member> members = context.describe().members();
    assertEquals(new Member("incr", 1, 1, false, List.of("n"), "Adds n.", false), members.stream().filter(m -> m.name().equals("incr")).findFirst().get());
    assertEquals(new Member("get", 0, 0, true, List.of(), "", false), members.stream().filter(m -> m.name().equals("get")).findFirst().get());
    assertTrue(members.stream().noneMatch(m -> m.name().startsWith("_")));
    assertEquals("ARGUMENT_INVALID", assertThrows(GuestFailure.class, () -> bench.call(probe, "incr")).code);
    GuestFailure missing = assertThrows(GuestFailure.class, () -> bench.call(probe, "inc"));
    assertTrue(missing.code.equals("MEMBER_NOT_FOUND") && missing.getMessage().contains("incr"));
    assertEquals(List.of(1L, 2L, 9L), bench.callNamed(probe, "named", Map.of("c", 9L), 1L));
    assertEquals(List.of(1L, 4L, 3L), bench.callNamed(probe, "named", Map.of("a", 1L, "b", 4L)));
    assertEquals("ARGUMENT_INVALID", assertThrows(GuestFailure.class, () -> bench.callNamed(probe, "named", Map.of("x", 9L), 1L)).code);
    assertEquals("ARGUMENT_INVALID", assertThrows(GuestFailure.class, () -> bench.callNamed(probe, "named", Map.of("c", 9L))).code);
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
    assertEquals("[True, True, True, True]", run("str([type(v) is t for v, t in zip(value, (dict, list, bytes, int))])",
        Arrays.asList(Map.of(), List.of(), octets, BigInteger.TWO.pow(80))));
    assertEquals("{\"a\": [1, null]}", run("__import__('json').dumps(value)", Map.of("a", Arrays.asList(1L, null))));
    List<Object> many = new ArrayList<>();
    for (long i = 0; i < 3000; i++) {
      many.add(i);
    }
    echoes(PlainValue.encode(many));
  }

  @Test
  void sharedPartsDepthAndRefusals() throws Exception {
    byte[] graph = bench.callEncoded(probe, "run", PlainValue.encode(List.of("(lambda a: (a.append(a), a.append({'a': a}), a)[2])([])")), null);
    echoes(graph);
    Object nested = 1L;
    for (int i = 0; i < 199; i++) {
      nested = List.of(nested);
    }
    echoes(PlainValue.encode(nested));
    String function = refused("{'handlers': [1, len]}").getMessage();
    assertTrue(function.startsWith("result.handlers[1] is an instance of builtin_function_or_method"), function);
    assertEquals("VALUE_INVALID", refused("'a\\ud800'").code);
    assertEquals("VALUE_INVALID", refused("['a\\ud800']").code);
    assertEquals("VALUE_INVALID", refused("{(1, 2): 3}").code);
    assertEquals("VALUE_INVALID", refused("Leaf(1)").code);
    assertEquals("VALUE_INVALID", refused("__import__('functools').reduce(lambda a, _: [a], range(100000), [])").code);
  }

  @Test
  void errorsAndReferences() throws Exception {
    GuestFailure boom = assertThrows(GuestFailure.class, () -> bench.call(probe, "boom"));
    assertEquals(List.of("GUEST_EXCEPTION", "KeyError", "'gone'"), List.of(boom.code, boom.type, boom.getMessage()));
    assertTrue(boom.stack.contains("probe.py:28"), boom.stack);
    GuestObject other = bench.create(context, "p2");
    assertEquals(7L, bench.call(probe, "by", Workbench.referenceTo("p2"), 7L));
    assertEquals(9L, bench.call(probe, "by_name", "p2", 2L));
    assertEquals(List.of("GUEST_EXCEPTION", "KeyError", "'gone'"), bench.call(probe, "caught", Workbench.referenceTo("p2")));
    GuestFailure passed = assertThrows(GuestFailure.class, () -> bench.call(probe, "passed", Workbench.referenceTo("p2")));
    assertEquals(List.of("GUEST_EXCEPTION", "KeyError", "'gone'"), List.of(passed.code, passed.type, passed.getMessage()));
    GuestFailure nobody = assertThrows(GuestFailure.class, () -> bench.call(probe, "by_name", "nobody", 2L));
    assertEquals(List.of("GUEST_EXCEPTION", "NAME_NOT_FOUND"), List.of(nobody.code, ((GuestFailure) nobody.getCause()).code));
    bench.call(probe, "me");
    assertEquals("GUEST_EXCEPTION", refused("__import__('sys').exit(3)").code);
    assertEquals(9L, bench.call(other, "get"));
  }

  @Test
  void aCalleesErrorNeverPassesForTheCallersOwn() throws Exception {
    NestedErrors.arePassedOn(bench, reference -> bench.call(probe, "passed", reference));
    bench.fail("down", GuestFailure.of("KERNEL_UNAVAILABLE", "not sent").with(Outcome.NOT_RUN));
    assertEquals("not_run", bench.call(probe, "known", Workbench.referenceTo("down")));
    assertEquals(Outcome.RAN, refused("__import__('amino').get").outcome);
  }

  @Test
  void stateMoves() throws Exception {
    byte[] simple = bench.snapshot(probe, false);
    assertTrue(new String(simple, java.nio.charset.StandardCharsets.ISO_8859_1).contains("graph"));
    assertEquals(10L, bench.call(bench.restore(context, "p3", simple), "get"));
    bench.call(probe, "keep", "leaf", "Leaf((1, 2))");
    bench.call(probe, "keep", "me", "self");
    GuestContext second = bench.open("python", "probe.py");
    GuestObject moved = bench.restore(second, "p4", bench.snapshot(probe, false));
    assertEquals(true, bench.call(moved, "run", "self.me is self and self.leaf.v == (1, 2) and isinstance(self.leaf, Leaf)"));
    bench.call(probe, "keep", "work", "lambda: 1");
    GuestFailure lost = assertThrows(GuestFailure.class, () -> bench.snapshot(probe, false));
    assertEquals("STATE_NOT_CAPTURABLE", lost.code);
    assertTrue(lost.getMessage().contains("work ("), lost.getMessage());
    assertEquals(10L, bench.call(bench.restore(context, "p5", bench.snapshot(probe, true)), "get"));
  }

  @Test
  void nothingOfTheHostIsThere() throws Exception {
    assertEquals("FileNotFoundError", refused("open('/etc/passwd')").type);
    assertTrue(refused("__import__('threading').Thread(target=print).start()").getMessage().contains("--allow threads"));
    assertTrue(refused("__import__('socket').create_connection(('127.0.0.1', 1))").getMessage().contains("--allow network"));
    assertThrows(GuestFailure.class, () -> run("__import__('subprocess').run(['true'])", null));
    assertThrows(GuestFailure.class, () -> run("open('/artifact/new', 'w')", null));
    assertEquals(10L, bench.call(probe, "get"));
  }

  @Test
  void badArtifactsAreNamed() throws Exception {
    bench.file("bad.py", "class A:\n    def x(:\n        pass\n");
    GuestFailure failure = assertThrows(GuestFailure.class, () -> bench.open("python", "bad.py"));
    assertEquals("ARTIFACT_INVALID", failure.code);
    assertTrue(failure.getMessage().contains("bad.py:2:"), failure.getMessage());
    bench.file("tools.py", "count = 0\ndef add(a, b):\n    return a + b\ndef next():\n    global count\n    count += 1\n    return count\n");
    GuestContext tools = bench.open(new GuestFactory.Artifact("h", "python", folder, "tools.py", null, List.of()));
    GuestObject object = bench.create(tools, "t");
    assertEquals(3L, bench.call(object, "add", 1L, 2L));
    assertEquals(1L, bench.call(object, "next"));
    assertEquals(2L, bench.call(bench.restore(bench.open("python", "tools.py"), "t2", bench.snapshot(object, false)), "next"));
  }

  @Test
  void aLargeIntegerThatADoubleHoldsExactlyStaysAnInteger() throws Exception {
    assertEquals(BigInteger.TWO.pow(200), run("2**200", null));
    assertEquals(BigInteger.TWO.pow(200).negate(), run("-(2**200)", null));
    assertEquals(Math.pow(2, 200), run("2.0**200", null));
    assertEquals(1e300, run("1e300", null));
  }
}

package org.amino.runtime.guest.js;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.amino.runtime.guest.GuestContext;
import org.amino.runtime.guest.GuestFactory;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.GuestObject;
import org.amino.runtime.guest.InterfaceDescription.Member;
import org.amino.runtime.guest.WorkbenchTest;
import org.junit.jupiter.api.Test;

class JsObjectTest extends WorkbenchTest {
  private static final String COUNTER = """
      /** Counts. */
      export default class Counter {
        static readOnly = ['get'];
        constructor(start = 0) { this.n = start; }
        /** Adds n. */
        incr(n) { this.n += n; return this.n; }
        get() { return this.n; }
        echo(value) { return value; }
        boom() { throw new RangeError('too far'); }
        async later(n) { await null; return this.n + n; }
        spin() { for (;;) { } }
        shout(text) { console.log(text); console.error('bad ' + text); }
        me() { return this; }
        optional(a, b = 2, ...rest) { return [a, b, rest]; }
        _hidden() { return 1; }
      }
      """;

  private GuestObject counter(Object... args) throws Exception {
    return bench.create(bench.file("counter.mjs", COUNTER).open("js", "counter.mjs"), "c1", args);
  }

  private GuestFailure failure(GuestObject object, String member, Object... args) {
    return assertThrows(GuestFailure.class, () -> bench.call(object, member, args));
  }

  @Test
  void membersRunAndKeepState() throws Exception {
    GuestObject counter = counter(10L);
    assertEquals(15L, bench.call(counter, "incr", 5L));
    assertEquals(15L, bench.call(counter, "get"));
    assertEquals(15.5, bench.call(counter, "incr", 0.5));
  }

  @Test
  void theInterfaceListsPublicMembers() throws Exception {
    GuestContext context = bench.file("counter.mjs", COUNTER).open("js", "counter.mjs");
    assertEquals("Counter", context.describe().name());
    assertEquals("Counts.", context.describe().doc());
    assertEquals(List.of("start"), context.describe().constructorParameters());
    List<String> names = context.describe().members().stream().map(Member::name).toList();
    assertEquals(List.of("boom", "echo", "get", "incr", "later", "me", "optional", "shout", "spin"), names);
    assertEquals(new Member("incr", 1, 1, false, List.of("n"), "Adds n.", false), context.describe().members().get(3));
    assertEquals(new Member("optional", -1, 1, false, List.of("a", "b", "rest"), "", false), context.describe().members().get(6));
    assertTrue(context.describe().members().get(2).readOnly());
  }

  @Test
  void wrongArityAndMissingMembersAreRefusedByName() throws Exception {
    GuestObject counter = counter();
    assertEquals("ARGUMENT_INVALID", failure(counter, "incr").code);
    assertTrue(failure(counter, "incr", 1L, 2L).getMessage().contains("Counter.incr(n) takes 1 argument, but was given 2"));
    GuestFailure missing = failure(counter, "inc");
    assertEquals("MEMBER_NOT_FOUND", missing.code);
    assertTrue(missing.getMessage().contains("did you mean incr"), missing.getMessage());
    assertEquals("MEMBER_NOT_FOUND", failure(counter, "_hidden").code);
    assertEquals("MEMBER_NOT_FOUND", failure(counter, "constructor").code);
    assertEquals("MEMBER_NOT_FOUND", failure(counter, "hasOwnProperty").code);
  }

  @Test
  void namedArgumentsGoWhereTheParametersStand() throws Exception {
    GuestObject counter = counter();
    assertEquals(7L, bench.callNamed(counter, "incr", Map.of("n", 7L)));
    assertEquals("ARGUMENT_INVALID", assertThrows(GuestFailure.class, () -> bench.callNamed(counter, "incr", Map.of("m", 7L))).code);
  }

  @Test
  void anExceptionCarriesClassMessageAndFrames() throws Exception {
    GuestFailure boom = failure(counter(), "boom");
    assertEquals("GUEST_EXCEPTION", boom.code);
    assertEquals("RangeError", boom.type);
    assertEquals("too far", boom.getMessage());
    assertTrue(boom.stack.contains("counter.mjs:9"), boom.stack);
  }

  @Test
  void promisesAreAwaited() throws Exception {
    assertEquals(8L, bench.call(counter(3L), "later", 5L));
  }

  @Test
  void outputIsLoggedByLine() throws Exception {
    bench.call(counter(), "shout", "a\nb");
    assertEquals(List.of("info: a", "info: b", "error: bad a", "error: b"), bench.log);
  }

  @Test
  void anInstanceTravelsAsItsReference() throws Exception {
    byte[] result = bench.callEncoded(counter(), "me", new byte[] {(byte) 0x90}, null);
    assertTrue(new String(result, java.nio.charset.StandardCharsets.UTF_8).contains("c1"));
  }

  @Test
  void anEndlessLoopIsInterruptedAndTheContextLives() throws Exception {
    GuestContext context = bench.file("counter.mjs", COUNTER).open("js", "counter.mjs");
    GuestObject counter = bench.create(context, "c1");
    bench.call(counter, "get");
    CountDownLatch started = new CountDownLatch(1);
    AtomicReference<GuestFailure> ended = new AtomicReference<>();
    Thread thread = new Thread(() -> {
      started.countDown();
      ended.set(failure(counter, "spin"));
    });
    thread.start();
    started.await();
    while (ended.get() == null) {
      assertTrue(context.interrupt(Duration.ofSeconds(10)));
      thread.join(20);
    }
    thread.join();
    assertEquals("CANCELLED", ended.get().code);
    assertEquals(1L, bench.call(counter, "incr", 1L));
  }

  /** Whether the loop has begun, begins or has not begun yet: each time another moment. */
  @Test
  void anInterruptionArrivesWhateverTheMoment() throws Exception {
    GuestContext context = bench.file("counter.mjs", COUNTER).open("js", "counter.mjs");
    GuestObject counter = bench.create(context, "c1");
    for (int round = 0; round < 300; round++) {
      Thread thread = new Thread(() -> failure(counter, "spin"));
      thread.start();
      while (thread.isAlive()) {
        assertTrue(context.interrupt(Duration.ofSeconds(30)), "round " + round);
        thread.join(1);
      }
    }
    assertEquals(1L, bench.call(counter, "incr", 1L));
  }

  @Test
  void syntaxErrorsNameFileLineAndColumn() throws Exception {
    bench.file("bad.mjs", "export default class A {\n  x( { \n}\n").file("worse.js", "class A {\n  x( { \n}\n");
    for (String entry : List.of("bad.mjs", "worse.js")) {
      GuestFailure failure = assertThrows(GuestFailure.class, () -> bench.open("js", entry));
      assertEquals("ARTIFACT_INVALID", failure.code);
      assertEquals(1, failure.getMessage().split(":\\d+:\\d+", -1).length - 1, failure.getMessage());
      assertTrue(failure.getMessage().matches("(?s).*" + entry + ":[34]:\\d+.*"), failure.getMessage());
    }
  }

  @Test
  void nothingOfTheHostIsThere() throws Exception {
    bench.file("spy.js", """
        class Spy {
          names() { return [typeof Java, typeof Polyglot, typeof load, typeof process, typeof Packages]; }
          async read(path) { try { await import(path); return 'read'; } catch (e) { return 'refused'; } }
        }
        """);
    GuestObject spy = bench.create(bench.open("js", "spy.js"), "spy");
    assertEquals(List.of("undefined", "undefined", "undefined", "undefined", "undefined"), bench.call(spy, "names"));
    assertEquals("refused", bench.call(spy, "read", "/etc/passwd"));
    assertEquals("refused", bench.call(spy, "read", "../../etc/passwd"));
  }

  @Test
  void aNamedClassIsTaken() throws Exception {
    bench.file("two.js", "class A { a() { return 'a'; } }\nclass B { b() { return 'b'; } }\n");
    GuestFailure failure = assertThrows(GuestFailure.class, () -> bench.open("js", "two.js"));
    assertEquals("ARTIFACT_INVALID", failure.code);
    assertTrue(failure.getMessage().contains("--class"), failure.getMessage());
    GuestContext context = bench.open(new GuestFactory.Artifact("hash", "js", folder, "two.js", "B", List.of()));
    assertEquals("b", bench.call(bench.create(context, "b"), "b"));
  }

  @Test
  void bytesTravelWhole() throws Exception {
    GuestObject counter = counter();
    byte[] bytes = new byte[70_000];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 31);
    }
    assertArrayEquals(bytes, (byte[]) bench.call(counter, "echo", (Object) bytes));
  }
}

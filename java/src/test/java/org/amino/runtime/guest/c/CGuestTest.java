package org.amino.runtime.guest.c;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.amino.runtime.guest.Examples;
import org.amino.runtime.guest.GuestContext;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.GuestObject;
import org.amino.runtime.guest.InterfaceDescription.Member;
import org.amino.runtime.guest.NestedErrors;
import org.amino.runtime.guest.Workbench;
import org.amino.runtime.guest.WorkbenchTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One source on both roads. */
@Tag("c")
@EnabledIf("present")
class CGuestTest extends WorkbenchTest {
  private static final String PROBE = """
      #include "amino.h"
      static int64_t total;
      static amino_object kept;
      AMINO_CLASS(Probe, "Answers questions.")
      AMINO_MEMBER(int8_t, tiny, (int8_t v), "") { return v; }
      AMINO_MEMBER(uint8_t, octet, (uint8_t v), "") { return v; }
      AMINO_MEMBER(int32_t, word, (int32_t v), "") { return v; }
      AMINO_MEMBER(uint32_t, natural, (uint32_t v), "") { return v; }
      AMINO_MEMBER(int64_t, whole, (int64_t v), "") { return v; }
      AMINO_MEMBER(uint64_t, large, (uint64_t v), "") { return v; }
      AMINO_MEMBER(bool, flip, (bool v), "") { return !v; }
      AMINO_MEMBER(double, half, (double v), "") { return v / 2; }
      AMINO_MEMBER(float, third, (float v), "") { return v / 4; }
      AMINO_MEMBER(const char *, same, (const char *text), "") { return text; }
      AMINO_MEMBER(const amino_bytes *, reversed, (const amino_bytes *b), "") {
        amino_bytes *r = amino_reply(b->size);
        for (uint64_t i = 0; i < b->size; i++) r->data[i] = b->data[b->size - 1 - i];
        return r;
      }
      AMINO_MEMBER(const char *, none, (void), "") { return 0; }
      AMINO_MEMBER(amino_object, keep, (amino_object other), "") { kept = other; return other; }
      AMINO_MEMBER(amino_object, myself, (void), "") { return amino_self(); }
      AMINO_MEMBER(int64_t, forward, (int64_t n), "") { amino_push_int(n); amino_call(kept, "incr"); return amino_result_int(); }
      AMINO_MEMBER(int64_t, by_name, (const char *name, int64_t n), "") { amino_push_int(n); amino_call(amino_get(name), "incr"); return amino_result_int(); }
      AMINO_MEMBER(const char *, caught, (void), "") { return amino_try_call(kept, "nothing") == AMINO_FAILED ? amino_error(0) : ""; }
      AMINO_MEMBER(void, refuse, (int64_t depth), "") { volatile char room[512]; room[0] = (char)depth; if (depth > 0) refuse(depth - 1); amino_raise("Refused", room[0] ? "?" : "no"); }
      AMINO_MEMBER(int64_t, grow, (int64_t size), "") { char *m = malloc((size_t)size); for (int64_t i = 0; i < size; i++) m[i] = 1; total += size; return total; }
      AMINO_MEMBER(void, say, (const char *text), "") { amino_log(text); }
      """;

  static boolean present() {
    return Examples.canCompile() && Workbench.has("wasm") && Workbench.has("llvm");
  }

  private GuestContext context(String name, String language) throws Exception {
    return bench.open(language, Examples.into(folder, name, language), "native");
  }

  private GuestContext probe(String language) throws Exception {
    Path source = Files.writeString(folder.resolve("probe.c"), PROBE);
    return bench.open(language, Examples.compile(source, folder, language), "native");
  }

  @ParameterizedTest
  @ValueSource(strings = {"wasm", "llvm"})
  void countersCount(String language) throws Exception {
    GuestContext context = context("counter.c", language);
    assertEquals("Counter", context.describe().name());
    assertEquals("Counts.", context.describe().doc());
    assertEquals(List.of("start"), context.describe().constructorParameters());
    assertEquals(List.of(new Member("add_to", 2, 2, false, List.of("other", "n"), "Adds n to another counter, in whatever language, and gives its new count.", false),
        new Member("get", 0, 0, true, List.of(), "The count.", false), new Member("incr", 1, 1, false, List.of("n"), "Adds n and gives the new count.", false)),
        context.describe().members());
    GuestObject first = bench.create(context, "first");
    GuestObject second = bench.create(context, "second", 100L);
    assertEquals(5L, bench.call(first, "incr", 5L));
    assertEquals(101L, bench.call(second, "incr", 1L));
    assertEquals(5L, bench.call(first, "get"));
    assertEquals(111L, bench.call(first, "add_to", Workbench.referenceTo("second"), 10L));
    assertTrue(first.member("get").readOnly());
    GuestObject moved = bench.restore(context, "third", bench.snapshot(second, false));
    assertEquals(111L, bench.call(moved, "get"));
    assertEquals("MEMBER_NOT_FOUND", assertThrows(GuestFailure.class, () -> bench.call(first, "system", "true")).code);
    assertEquals("MEMBER_NOT_FOUND", assertThrows(GuestFailure.class, () -> bench.call(first, "amino_save")).code);
  }

  @ParameterizedTest
  @ValueSource(strings = {"wasm", "llvm"})
  void valuesOfAllTypesGoInAndOut(String language) throws Exception {
    GuestObject probe = bench.create(probe(language), "probe");
    assertEquals(-128L, bench.call(probe, "tiny", -128L));
    assertEquals(200L, bench.call(probe, "octet", 200L));
    assertEquals(-5L, bench.call(probe, "word", -5L));
    assertEquals(4000000000L, bench.call(probe, "natural", 4000000000L));
    assertEquals(Long.MIN_VALUE, bench.call(probe, "whole", Long.MIN_VALUE));
    assertEquals(new BigInteger("18446744073709551615"), bench.call(probe, "large", new BigInteger("18446744073709551615")));
    assertEquals(true, bench.call(probe, "flip", false));
    assertEquals(false, bench.call(probe, "flip", true));
    assertEquals(2.25, bench.call(probe, "half", 4.5));
    assertEquals(2.0, bench.call(probe, "half", 4L));
    assertEquals(0.5, bench.call(probe, "third", 2.0));
    assertEquals("grüße \ud83d\ude00", bench.call(probe, "same", "grüße \ud83d\ude00"));
    assertEquals("", bench.call(probe, "same", ""));
    assertEquals(null, bench.call(probe, "none"));
    byte[] octets = new byte[10_001];
    octets[0] = 7;
    byte[] reversed = (byte[]) bench.call(probe, "reversed", (Object) octets);
    assertEquals(7, reversed[10_000]);
    assertArrayEquals(Workbench.reference("x"), bench.callEncoded(probe, "keep", org.amino.runtime.wire.PlainValue.encode(List.of(Workbench.referenceTo("x"))), null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"wasm", "llvm"})
  void whatDoesNotFitIsRefused(String language) throws Exception {
    GuestObject probe = bench.create(probe(language), "probe");
    for (Object[] bad : new Object[][] {{"tiny", 128L}, {"octet", -1L}, {"word", 1L << 40}, {"whole", "text"}, {"whole", 1.5}, {"flip", 1L}, {"same", 1L}, {"reversed", "text"}}) {
      GuestFailure refused = assertThrows(GuestFailure.class, () -> bench.call(probe, (String) bad[0], bad[1]));
      assertEquals("ARGUMENT_INVALID", refused.code, refused.getMessage());
      assertTrue(refused.getMessage().contains("Probe." + bad[0]), refused.getMessage());
    }
    assertEquals("VALUE_INVALID", assertThrows(GuestFailure.class, () -> bench.call(probe, "same", "a\0b")).code);
    assertEquals("ARGUMENT_INVALID", assertThrows(GuestFailure.class, () -> bench.call(probe, "word")).code);
    assertEquals("ARGUMENT_INVALID", assertThrows(GuestFailure.class, () -> bench.callNamed(probe, "word", Map.of("w", 1L))).code);
    assertEquals("ARGUMENT_INVALID", assertThrows(GuestFailure.class, () -> bench.callNamed(probe, "word", Map.of("v", 1L), 1L)).code);
    assertEquals(1L, bench.callNamed(probe, "word", Map.of("v", 1L)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"wasm", "llvm"})
  void otherObjectsAreCalled(String language) throws Exception {
    bench.create(context("counter.c", language), "counter");
    GuestObject probe = bench.create(probe(language), "probe");
    assertEquals(3L, bench.call(probe, "by_name", "counter", 3L));
    bench.call(probe, "keep", Workbench.referenceTo("counter"));
    assertEquals(5L, bench.call(probe, "forward", 2L));
    assertEquals("MEMBER_NOT_FOUND", bench.call(probe, "caught"));
    GuestFailure nobody = assertThrows(GuestFailure.class, () -> bench.call(probe, "by_name", "nobody", 3L));
    assertEquals(List.of("GUEST_EXCEPTION", "NAME_NOT_FOUND"), List.of(nobody.code, ((GuestFailure) nobody.getCause()).code));
    NestedErrors.arePassedOn(bench, reference -> {
      bench.call(probe, "keep", reference);
      return bench.call(probe, "forward", 2L);
    });
    bench.call(probe, "say", "hello");
    assertEquals(List.of("info: hello"), bench.log);
    bench.call(probe, "myself");
  }

  @ParameterizedTest
  @ValueSource(strings = {"wasm", "llvm"})
  void errorsOfItsOwnLeaveTheObjectUsable(String language) throws Exception {
    GuestObject probe = bench.create(probe(language), "probe");
    for (int i = 0; i < 3000; i++) {
      GuestFailure refused = assertThrows(GuestFailure.class, () -> bench.call(probe, "refuse", 50L));
      assertEquals(List.of("GUEST_EXCEPTION", "Refused", "no"), List.of(refused.code, refused.type, refused.getMessage()));
    }
    assertEquals(4L, bench.call(probe, "whole", 4L));
  }

  @Test
  void webAssemblyMemoryMovesWhole() throws Exception {
    bench.create(context("counter.c", "wasm"), "counter");
    GuestContext notebooks = context("notebook.c", "wasm");
    GuestObject notebook = bench.create(notebooks, "notebook");
    bench.call(notebook, "count_with", Workbench.referenceTo("counter"));
    assertEquals(1L, bench.call(notebook, "write", "a", "first"));
    assertEquals(2L, bench.call(notebook, "write", "a", "second"));
    byte[] state = bench.snapshot(notebook, false);
    assertTrue(state.length < 40_000, "empty pages are left out: " + state.length);
    GuestObject moved = bench.restore(bench.open("wasm", "notebook.wasm"), "moved", state);
    assertEquals("second", bench.call(moved, "read", "a"));
    assertEquals(3L, bench.call(moved, "write", "b", "third"));
    assertEquals(2L, bench.call(moved, "size"));
    assertEquals("KeyError", assertThrows(GuestFailure.class, () -> bench.call(moved, "read", "zzz")).type);
    GuestContext probes = probe("wasm");
    GuestObject grown = bench.create(probes, "grown");
    assertEquals(3_000_000L, bench.call(grown, "grow", 3_000_000L));
    assertEquals(3_000_001L, bench.call(bench.restore(probes, "again", bench.snapshot(grown, false)), "grow", 1L));
  }

  @Test
  void nativeMemoryNeedsHooks() throws Exception {
    GuestObject notebook = bench.create(context("notebook.c", "llvm"), "notebook");
    GuestFailure refused = assertThrows(GuestFailure.class, () -> bench.snapshot(notebook, false));
    assertEquals("STATE_NOT_CAPTURABLE", refused.code);
    assertTrue(refused.getMessage().contains("AMINO_SAVE"), refused.getMessage());
  }

  @Test
  void bitcodeIsRefusedWherePermissionIsMissing() throws Exception {
    String entry = Examples.into(folder, "counter.c", "llvm");
    GuestFailure refused = assertThrows(GuestFailure.class, () -> bench.open("llvm", entry));
    assertEquals("NATIVE_NOT_ALLOWED", refused.code);
    assertTrue(refused.getMessage().contains("--allow native"), refused.getMessage());
    Files.writeString(folder.resolve("bad.wasm"), "no module");
    assertEquals("ARTIFACT_INVALID", assertThrows(GuestFailure.class, () -> bench.open("wasm", "bad.wasm")).code);
    Files.writeString(folder.resolve("bad.bc"), "no bitcode");
    assertEquals("ARTIFACT_INVALID", assertThrows(GuestFailure.class, () -> bench.open("llvm", "bad.bc", "native")).code);
  }
}

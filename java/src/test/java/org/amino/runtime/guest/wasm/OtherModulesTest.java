package org.amino.runtime.guest.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.amino.runtime.guest.GuestContext;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.GuestObject;
import org.amino.runtime.guest.Workbench;
import org.amino.runtime.guest.WorkbenchTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** Modules that were made without any of our headers: what docs/webassembly.md says of them. */
@Tag("c")
@EnabledIf("present")
class OtherModulesTest extends WorkbenchTest {
  private static final List<String> NONE = List.of();
  private static final List<String> I32 = List.of("i32");
  private static final List<String> I64 = List.of("i64");

  static boolean present() {
    return Workbench.has("wasm");
  }

  private GuestContext open(byte[] module) throws GuestFailure, IOException {
    Files.write(folder.resolve("made.wasm"), module);
    return bench.open("wasm", "made.wasm");
  }

  private String refusal(byte[] module) {
    GuestFailure refused = assertThrows(GuestFailure.class, () -> open(module));
    assertEquals("ARTIFACT_INVALID", refused.code, refused.getMessage());
    return refused.getMessage();
  }

  /** A counter whose count is a global of 64 bits, with the half of it in another global. */
  private static ModuleBuilder counter() {
    return new ModuleBuilder().memory("memory").global("i64", 0x42, 0).global("f64", 0x44, 0, 0, 0, 0, 0, 0, 0, 0)
        .text("amino_member_incr", "i64\n(i64 n)\nAdds n.").text("amino_member_half", "f64\n()\nThe half.")
        // global 0 += n; global 1 = global 0 / 2; global 0
        .function("incr", I64, I64, 0x23, 0, 0x20, 0, 0x7c, 0x24, 0, 0x23, 0, 0xb9, 0x44, 0, 0, 0, 0, 0, 0, 0xe0, 0x3f, 0xa2, 0x24, 1, 0x23, 0)
        .function("half", NONE, List.of("f64"), 0x23, 1);
  }

  @Test
  void aModuleNeedsNoMoreThanItsMembers() throws Exception {
    GuestContext context = open(counter().build());
    assertEquals("made", context.describe().name());
    assertEquals(List.of("half", "incr"), context.describe().members().stream().map(member -> member.name()).toList());
    GuestObject first = bench.create(context, "first");
    GuestObject second = bench.create(context, "second");
    assertEquals(5L, bench.call(first, "incr", 5L));
    assertEquals(7L, bench.callNamed(first, "incr", Map.of("n", 2L)));
    assertEquals(1L, bench.call(second, "incr", 1L));
    assertEquals(3.5, bench.call(first, "half"));
  }

  @Test
  void globalsThatChangeMoveWithTheObject() throws Exception {
    GuestContext context = open(counter().build());
    GuestObject counter = bench.create(context, "counter");
    bench.call(counter, "incr", 1L << 40 | 1);
    GuestObject moved = bench.restore(open(counter().build()), "moved", bench.snapshot(counter, false));
    assertEquals((1L << 40 | 1) / 2.0, bench.call(moved, "half"));
    assertEquals(1L << 40 | 2, bench.call(moved, "incr", 1L));
  }

  @Test
  void theMemoryThatGrewMovesWithTheObject() throws Exception {
    ModuleBuilder builder = new ModuleBuilder().memory("memory").text("amino_member_grow", "i32\n(i32 pages)\n").text("amino_member_size", "i32\n()\n")
        .function("grow", I32, I32, 0x20, 0, 0x40, 0).function("size", NONE, I32, 0x3f, 0);
    GuestContext context = open(builder.build());
    GuestObject small = bench.create(context, "small");
    GuestObject large = bench.create(context, "large");
    assertEquals(1L, bench.call(large, "grow", 3L));
    assertEquals(4L, bench.call(bench.restore(context, "moved", bench.snapshot(large, false)), "size"));
    assertEquals(1L, bench.call(small, "size"));
  }

  @Test
  void aGlobalThatCannotLeaveIsNamed() throws Exception {
    byte[] module = counter().global("externref", 0xd0, 0x6f).build();
    GuestObject counter = bench.create(open(module), "counter");
    GuestFailure refused = assertThrows(GuestFailure.class, () -> bench.snapshot(counter, false));
    assertEquals("STATE_NOT_CAPTURABLE", refused.code);
    assertTrue(refused.getMessage().contains("global 2 (externref"), refused.getMessage());
  }

  @Test
  void importsThatNobodyGivesAreNamed() {
    String message = refusal(new ModuleBuilder().importing("env", "abort", I32, NONE).importing("wasi_snapshot_preview1", "fd_write", I32, I32).memory("memory").build());
    assertTrue(message.contains("it imports the function env.abort") && message.contains("wasi_snapshot_preview1.fd_write"), message);
    String wrongType = refusal(new ModuleBuilder().importing("amino", "host", I32, I32).memory("memory").build());
    assertTrue(wrongType.contains("it imports amino.host as (i32) -> i32, which is a function of type (i32, i64, i64, i64) -> i64"), wrongType);
  }

  @Test
  void exportsThatAreMissingAreNamed() {
    String noMemory = refusal(new ModuleBuilder().memory("storage").function("incr", I64, I64, 0x20, 0).build());
    assertTrue(noMemory.contains("it lacks the export memory"), noMemory);
    String noMembers = refusal(new ModuleBuilder().memory("memory").function("incr", I64, I64, 0x20, 0).build());
    assertTrue(noMembers.contains("it exports no member") && noMembers.contains("amino_member_<name>"), noMembers);
    String noFunction = refusal(new ModuleBuilder().memory("memory").text("amino_member_incr", "i64\n(i64 n)\n").build());
    assertTrue(noFunction.contains("its export amino_member_incr describes the function incr, which it does not export"), noFunction);
    String noAllocation = refusal(new ModuleBuilder().memory("memory").text("amino_member_say", "void\n(text line)\n").function("say", I32, NONE).build());
    assertTrue(noAllocation.contains("it lacks the export amino_allocate, through which member say is given its arguments"), noAllocation);
  }

  @Test
  void wrongTypesAndDescriptionsAreNamed() {
    String type = refusal(new ModuleBuilder().memory("memory").text("amino_member_incr", "i64\n(i64 n)\n").function("incr", I32, I64, 0x42, 0).build());
    assertTrue(type.contains("says that incr is (i64) -> i64, but its type is (i32) -> i64"), type);
    String known = refusal(counter().function("amino_allocate", I32, I32, 0x20, 0).build());
    assertTrue(known.contains("its export amino_allocate is a function of type (i32) -> i32, but must be a function of type (i64) -> i64"), known);
    String unknown = refusal(new ModuleBuilder().memory("memory").text("amino_member_incr", "long double\n(i64 n)\n").function("incr", I64, I64, 0x20, 0).build());
    assertTrue(unknown.contains("`long double`"), unknown);
    String shape = refusal(new ModuleBuilder().memory("memory").text("amino_member_incr", "no description").function("incr", I64, I64, 0x20, 0).build());
    assertTrue(shape.contains("member incr is not described"), shape);
  }

  @Test
  void bytesThatAreNoModuleAreRefused() {
    byte[] whole = counter().build();
    for (int size = 0; size < whole.length; size++) {
      refusal(java.util.Arrays.copyOf(whole, size));
    }
    byte[] component = whole.clone();
    component[4] = 13;
    assertTrue(refusal(component).contains("give a core module of version 1"));
  }
}

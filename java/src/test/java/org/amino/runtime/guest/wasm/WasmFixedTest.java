package org.amino.runtime.guest.wasm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.amino.runtime.fixed.FixedRun;
import org.amino.runtime.guest.Workbench;
import org.amino.runtime.guest.polyglot.PolyglotGuests;
import org.amino.runtime.testing.Host;
import org.amino.runtime.testing.LaneClient;
import org.amino.runtime.wire.Protocol;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** A module whose calls have fixed circumstances: its clock, its random bytes, what is no number, and other objects. */
@Tag("c")
@EnabledIf("present")
@Timeout(120)
class WasmFixedTest {
  private static final List<String> NONE = List.of();
  private static final List<String> I64 = List.of("i64");
  private static final List<String> F64 = List.of("f64");
  private static final List<String> HOST = List.of("i32", "i64", "i64", "i64");
  private static final long TIME = 1_700_000_000_000_000_000L;

  @TempDir
  Path folder;

  static boolean present() {
    return Workbench.has("wasm");
  }

  private static byte[] module() {
    return new ModuleBuilder().importing("amino", "host", HOST, I64).memory("memory").global("i64", 0x42, 0)
        .text("amino_member_clock", "i64\n()\n").text("amino_member_draw", "i64\n()\n").text("amino_member_odd", "f64\n()\n").text("amino_member_ask", "i64\n()\n")
        // host(32, 0, 0, 0), which is kept
        .function("clock", NONE, I64, 0x41, 0x20, 0x42, 0, 0x42, 0, 0x42, 0, 0x10, 0, 0x24, 0, 0x23, 0)
        // host(33, 0, 8, 0), and what has come
        .function("draw", NONE, I64, 0x41, 0x21, 0x42, 0, 0x42, 8, 0x42, 0, 0x10, 0, 0x1a, 0x41, 0, 0x29, 3, 0)
        .function("odd", NONE, F64, 0x44, 7, 7, 0, 0, 0, 0, 0xf8, 0xff)
        // host(0, 0, 1, 0): the object of a name
        .function("ask", NONE, I64, 0x41, 0, 0x42, 0, 0x42, 1, 0x42, 0, 0x10, 0).build();
  }

  private static CompletableFuture<Object> send(LaneClient python, String member, long seed) throws Exception {
    Map<Integer, Object> headers = Map.of(Protocol.Option.HEADERS, Map.of(Protocol.Header.FIXED, List.of(TIME, seed)));
    return python.send(0, Map.of(0, headers), LaneClient.to("o", member)).get(0);
  }

  private Host host() throws Exception {
    Files.write(folder.resolve("made.wasm"), module());
    Host host = new Host(new PolyglotGuests(), FixedRun::nobodyCalls);
    host.python().call("", "load", "hash", "wasm", folder.toString(), "made.wasm", Map.of());
    host.python().call("", "create", "o", 1, "hash", List.of(), Map.of(), Map.of("fixed", List.of(TIME, 1)));
    return host;
  }

  @Test
  void aModuleSeesTheTimeAndTheRandomBytesOfItsCall() throws Exception {
    try (Host one = host(); Host other = host()) {
      for (Host each : List.of(one, other)) {
        assertEquals(TIME, LaneClient.result(send(each.python(), "clock", 1)));
      }
      Object drawn = LaneClient.result(send(one.python(), "draw", 1));
      assertEquals(drawn, LaneClient.result(send(other.python(), "draw", 1)));
      assertArrayEquals((byte[]) one.python().call("", "state_hash", "o"), (byte[]) other.python().call("", "state_hash", "o"));
      assertNotEquals(drawn, LaneClient.result(send(one.python(), "draw", 2)));
      assertTrue((long) one.python().call("o", "clock") > TIME + 1_000_000_000_000L, "a call without circumstances");
    }
  }

  @Test
  void whatIsNoNumberHasOnePatternOfBits() throws Exception {
    try (Host host = host()) {
      assertEquals(0x7ff8000000000000L, Double.doubleToRawLongBits((double) LaneClient.result(send(host.python(), "odd", 1))));
      assertEquals(0xfff8000000000707L, Double.doubleToRawLongBits((double) host.python().call("o", "odd")));
    }
  }

  @Test
  void otherObjectsAreRefused() throws Exception {
    try (Host host = host()) {
      assertEquals("NOT_DETERMINISTIC", LaneClient.failure(send(host.python(), "ask", 1)).code);
    }
  }
}

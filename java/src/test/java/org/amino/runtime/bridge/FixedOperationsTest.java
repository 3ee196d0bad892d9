package org.amino.runtime.bridge;

import static org.amino.runtime.testing.LaneClient.failure;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import org.amino.runtime.guest.polyglot.PolyglotGuests;
import org.amino.runtime.testing.Host;
import org.amino.runtime.testing.LaneClient;
import org.amino.runtime.wire.Canonical;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.Protocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The operations behind replicas: circumstances as options, checksums of states, and what tells runtimes apart. */
@Timeout(120)
class FixedOperationsTest {
  private static final String SOURCE = """
      export default class Cart {
        constructor(first) { this.made = Date.now(); this.lines = new Map([[first, new Set([1, NaN])]]); }
        add(line) { this.lines.set(line, new Set()); return this.lines.size; }
        forget(line) { return this.lines.delete(line); }
      }
      """;

  @TempDir
  Path folder;

  private Host host() throws Exception {
    Files.writeString(folder.resolve("cart.js"), SOURCE);
    Host host = new Host(new PolyglotGuests(), (target, method, args, options) -> null);
    host.python().call("", "load", "cart", "js", folder.toString(), "cart.js", Map.of("contexts", 2));
    return host;
  }

  private static void create(LaneClient python, String id, Object fixed) throws Exception {
    python.call("", "create", id, 1, "cart", List.of("a"), Map.of(), Map.of("fixed", fixed));
  }

  private static byte[] hash(LaneClient python, String id) throws Exception {
    return (byte[]) python.call("", "state_hash", id);
  }

  @Test
  void equalStatesHaveEqualChecksumsWhicheverWayTheyCameAbout() throws Exception {
    try (Host host = host()) {
      LaneClient python = host.python();
      create(python, "one", List.of(7_000_000L, 1));
      create(python, "two", List.of(7_000_000L, 2));
      create(python, "late", List.of(9_000_000L, 1));
      assertArrayEquals(hash(python, "one"), hash(python, "two"));
      assertNotEquals(List.of(hash(python, "one")[0], hash(python, "one")[1]), List.of(hash(python, "late")[0], hash(python, "late")[1]));
      byte[] before = hash(python, "one");
      python.call("one", "add", "b");
      assertTrue(!Arrays.equals(before, hash(python, "one")));
      python.call("", "restore", "copy", 1, "cart", python.call("", "snapshot", "one", Map.of()), Map.of());
      assertArrayEquals(hash(python, "one"), hash(python, "copy"));
      python.call("one", "forget", "b");
      assertArrayEquals(before, hash(python, "one"));
    }
  }

  @Test
  void circumstancesThatAreNoneAreRefused() throws Exception {
    try (Host host = host()) {
      for (Object wrong : List.of(7, List.of(), List.of(1), List.of(1, "seed"), List.of(1.5, 1), List.of(1, 2, 3))) {
        assertEquals("ARGUMENT_INVALID",
            failure(host.python().send("", "create", "o", 1, "cart", List.of("a"), Map.of(), Map.of("fixed", wrong))).code);
      }
    }
  }

  @Test
  void aRuntimeTellsWhatReplicasMustShare() throws Exception {
    try (Host host = host()) {
      String text = (String) host.python().call("", "runtime", "js");
      assertEquals(text, host.python().call("", "runtime", "js"));
      for (String part : List.of(System.getProperty("java.vm.version"), System.getProperty("os.arch"), Locale.getDefault().toLanguageTag(), TimeZone.getDefault().getID(), ", js ")) {
        assertTrue(text.contains(part), text);
      }
      assertTrue(((String) host.python().call("", "runtime", (Object) null)).contains(", js "));
    }
  }

  @Test
  void setsHaveTheOrderOfTheirBytesAndNaNOnePattern() {
    MsgpackWriter one = new MsgpackWriter();
    MsgpackWriter other = new MsgpackWriter();
    for (MsgpackWriter out : List.of(one, other)) {
      int mark = out.beginExtension();
      out.writeArrayHeader(3);
      out.writeLong(out == one ? 1 : 300);
      out.writeDouble(Double.longBitsToDouble(out == one ? 0xfff8000000000123L : 0x7ff8000000000777L));
      out.writeLong(out == one ? 300 : 1);
      out.endExtension(mark, Protocol.Extension.SET);
    }
    assertArrayEquals(Canonical.value(new MsgpackReader(one.toByteArray())), Canonical.value(new MsgpackReader(other.toByteArray())));
  }
}

package org.amino.runtime.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.amino.runtime.guest.polyglot.PolyglotGuests;
import org.amino.runtime.testing.Host;
import org.amino.runtime.testing.LaneClient;
import org.amino.runtime.wire.EncodedValue;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.PlainValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real guests of which one object has several instances in one JVM half. */
@Timeout(120)
class InstancesTest {
  private static final String SOURCE = """
      export default class Pair {
        constructor(n) { this.n = n; }
        add(n) { return this.n += n; }
        self() { return amino.self; }
        me() { return this; }
        viaSelf() { return amino.self.add(1000); }
      }
      """;

  @TempDir
  Path folder;

  private static Object idOf(Object reference) {
    MsgpackReader in = new MsgpackReader(((EncodedValue) reference).bytes());
    return ((List<?>) PlainValue.read(in.slice(in.readExtensionHeader().length()))).get(0);
  }

  @Test
  void eachHasItsOwnStateAndAReferenceToTheObject() throws Exception {
    Files.writeString(folder.resolve("pair.js"), SOURCE);
    try (Host host = new Host(new PolyglotGuests(), (target, method, args, options) -> null);
        LaneClient client = host.client("c")) {
      LaneClient python = host.python();
      for (int contexts = 1; contexts <= 2; contexts++) {
        String hash = "pair" + contexts;
        String object = "x" + contexts;
        python.call("", "load", hash, "js", folder.toString(), "pair.js", Map.of("contexts", contexts));
        python.call("", "create", object, 1, hash, List.of(1), Map.of(), Map.of());
        python.call("", "create", object + "/1", 1, hash, List.of(10), Map.of(), Map.of());
        Object state = python.call("", "snapshot", object + "/1", Map.of());
        python.call("", "restore", object + "/0.2", 1, hash, state, Map.of());
        assertEquals(2L, client.call(object, "add", 1));
        assertEquals(11L, client.call(object + "/1", "add", 1));
        assertEquals(12L, client.call(object + "/0.2", "add", 2));
        for (String id : List.of(object, object + "/1", object + "/0.2")) {
          assertEquals(object, idOf(client.call(id, "self")));
          assertEquals(object, idOf(client.call(id, "me")), "what a member returns of itself is the object");
        }
        assertEquals(1002L, client.call(object + "/1", "viaSelf"), "a call to the object goes to the instance of that id");
        assertEquals(12L, client.call(object + "/0.2", "add", 0));
      }
    }
  }
}

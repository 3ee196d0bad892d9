package org.amino.runtime.guest.python;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.Workbench;
import org.amino.runtime.guest.polyglot.PolyglotGuests;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All contexts of Python in a process have the same modules of its library and refuse the same in the same words: an object may come to be in any. */
class PythonContextsTest {
  private static final String PROBE = """
      import importlib

      class Probe:
          def tell(self, name, code):
              try:
                  return repr(eval(code, {name: importlib.import_module(name)}))
              except Exception as error:
                  return f"{type(error).__name__}: {error}"
      """;
  /** By module: how it is used, and the beginning of what comes of it; a refusal names the module and the page that says what there is. */
  private static final Map<String, List<String>> USES = uses();

  @TempDir Path folder;

  private static Map<String, List<String>> uses() {
    Map<String, List<String>> uses = new LinkedHashMap<>();
    uses.put("zlib", List.of("zlib.decompress(zlib.compress(b'a' * 99)) == b'a' * 99", "True"));
    uses.put("gzip", List.of("gzip.decompress(gzip.compress(b'a' * 99)) == b'a' * 99", "True"));
    uses.put("lzma", List.of("lzma.decompress(lzma.compress(b'a' * 99)) == b'a' * 99", "True"));
    uses.put("bz2", List.of("bz2.compress(b'a')", "NotImplementedError: bz2."));
    uses.put("hashlib", List.of("[hashlib.new(n, b'a').hexdigest()[:6] for n in ('md5', 'sha256', 'sha3_256', 'blake2b')]",
        "['0cc175', 'ca9781', '80084b', '333fcb']"));
    uses.put("ctypes", List.of("ctypes.CDLL(None)", "AttributeError: ctypes.CDLL"));
    uses.put("ssl", List.of("ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).verify_mode.name", "'CERT_REQUIRED'"));
    uses.put("readline", List.of("readline.set_completer(None)", "None"));
    // The message names the module that is missing, on which the others stand.
    Map.of("termios", "termios", "tty", "termios", "pty", "termios", "sqlite3", "_sqlite3")
        .forEach((name, missing) -> uses.put(name, List.of(name, "ImportError: " + missing)));
    return uses;
  }

  @Test
  void theSpareContextAndALaterOneBehaveAlike() throws Exception {
    PolyglotGuests guests = new PolyglotGuests();
    assumeTrue(guests.languages().contains("python"));
    guests.prewarm("python");
    List<Map<String, String>> told = new ArrayList<>();
    for (int number = 0; number < 2; number++) {
      told.add(told(Files.createDirectories(folder.resolve("c" + number)), guests));
    }
    USES.forEach((name, use) -> {
      String said = told.get(0).get(name);
      assertTrue(said.startsWith(use.get(1)), () -> told.get(0).toString());
      if (use.get(1).matches("\\w+Error: .*")) {
        assertTrue(said.contains("docs/guests.md"), said);
      }
    });
    assertEquals(told.get(0), told.get(1));
  }

  private static Map<String, String> told(Path own, PolyglotGuests guests) throws Exception {
    Map<String, String> told = new LinkedHashMap<>();
    try (Workbench bench = new Workbench(own, guests)) {
      bench.file("probe.py", PROBE);
      var probe = bench.create(bench.open("python", "probe.py"), "probe");
      for (Map.Entry<String, List<String>> use : USES.entrySet()) {
        told.put(use.getKey(), (String) bench.call(probe, "tell", use.getKey(), use.getValue().get(0)));
      }
      for (String name : List.of("sqlite3", "termios")) {
        bench.file("top_" + name + ".py", "import " + name + "\nclass Top:\n    pass\n");
        GuestFailure refused = assertThrows(GuestFailure.class, () -> bench.open("python", "top_" + name + ".py"));
        told.put("top of " + name, refused.code + " " + refused.getMessage());
      }
    }
    return told;
  }
}

package org.amino.runtime.guest.polyglot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.amino.runtime.guest.GuestFactory.Artifact;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.GuestObject;
import org.amino.runtime.guest.Workbench;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The permission `io`: the files of the host stand beside those of the artifact. */
class AllowedFilesTest {
  private static final Map<String, String> ENTRIES = Map.of("js", "probe.mjs", "python", "probe.py", "ruby", "probe.rb");

  @TempDir Path folder;

  private GuestObject probe(Workbench bench, String language, List<String> allow) throws Exception {
    bench.file("words.mjs", "export const word = 'WORD';").file("words.py", "word = 'WORD'").file("words.rb", "WORD = 'WORD'");
    bench.file("probe.mjs", "import { word } from './words.mjs'; export default class Probe { word() { return word; } }");
    bench.file("probe.py", """
        from words import word
        class Probe:
            def word(self):
                return word
            def read(self, path):
                return open(path).read()
        """);
    bench.file("probe.rb", "require_relative 'words'\nclass Probe\n  def word = WORD\n  def read(path) = File.read(path)\nend\n");
    return bench.create(bench.open(new Artifact("h", language, folder, ENTRIES.get(language), null, allow)), "probe");
  }

  @ParameterizedTest
  @ValueSource(strings = {"js", "python", "ruby"})
  void anArtifactIsFoundBesideTheFilesOfTheHost(String language) throws Exception {
    assumeTrue(Workbench.has(language));
    try (Workbench bench = new Workbench(folder)) {
      assertEquals("WORD", bench.call(probe(bench, language, List.of("io")), "word"));
    }
  }

  @Test
  void aGuestReadsFilesOfTheHostOnlyWhereItMay() throws Exception {
    assumeTrue(Workbench.has("python"));
    Path outside = Files.writeString(Files.createTempFile("outside", ".txt"), "SEEN");
    try (Workbench bench = new Workbench(folder)) {
      assertEquals("SEEN", bench.call(probe(bench, "python", List.of("io")), "read", outside.toString()));
      assertEquals("word = 'WORD'", bench.call(probe(bench, "python", List.of("io")), "read", "words.py"));
      GuestObject closed = probe(bench, "python", List.of());
      assertThrows(GuestFailure.class, () -> bench.call(closed, "read", outside.toString()));
    } finally {
      Files.delete(outside);
    }
  }
}

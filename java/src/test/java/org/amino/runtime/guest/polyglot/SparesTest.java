package org.amino.runtime.guest.polyglot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.Workbench;
import org.amino.runtime.guest.js.JsLanguage;
import org.graalvm.polyglot.Engine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A context that was made before its artifact came is like any other. */
class SparesTest {
  private static final Map<String, Map<String, String>> ARTIFACTS = Map.of(
      "js", Map.of(
          "probe.mjs", "import { word } from './words.mjs'; console.log('loaded ' + word);"
              + " export default class Probe { word() { return word; } others() { return globalThis.seen = (globalThis.seen ?? 0) + 1; } }",
          "words.mjs", "export const word = 'WORD';"),
      "python", Map.of(
          "probe.py", """
              import builtins
              from words import word
              print('loaded', word)
              class Probe:
                  def word(self):
                      return word
                  def others(self):
                      builtins.seen = getattr(builtins, 'seen', 0) + 1
                      return builtins.seen
              """,
          "words.py", "word = 'WORD'"),
      "ruby", Map.of(
          "probe.rb", """
              require_relative 'words'
              puts "loaded #{WORD}"
              class Probe
                def word = WORD
                def others = $seen = ($seen || 0) + 1
              end
              """,
          "words.rb", "WORD = 'WORD'"));

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"js", "python", "ruby"})
  void theFirstArtifactAndTheSecondHaveContextsOfTheirOwn(String language) throws Exception {
    assumeTrue(Workbench.has(language));
    PolyglotGuests guests = new PolyglotGuests();
    guests.prewarm(language);
    for (String word : List.of("first", "second", "third")) {
      Path own = Files.createDirectories(folder.resolve(word));
      try (Workbench bench = new Workbench(own, guests)) {
        String entry = write(bench, language, word);
        var probe = bench.create(bench.open(language, entry), "probe");
        assertEquals(word, bench.call(probe, "word"));
        assertEquals(1L, bench.call(probe, "others"), "globals of another artifact are seen");
        assertTrue(bench.log.toString().contains("loaded " + word), bench.log::toString);
      }
    }
  }

  @Test
  void anArtifactThatCannotBeEvaluatedTakesItsContextWithIt() throws Exception {
    PolyglotGuests guests = new PolyglotGuests();
    guests.prewarm("js");
    try (Workbench bench = new Workbench(folder, guests)) {
      bench.file("broken.mjs", "export default class {");
      assertEquals("ARTIFACT_INVALID", assertThrows(GuestFailure.class, () -> bench.open("js", "broken.mjs")).code);
      String entry = write(bench, "js", "whole");
      assertEquals("whole", bench.call(bench.create(bench.open("js", entry), "probe"), "word"));
    }
  }

  @Test
  void aSpareContextServesOnlyThoseWhoMayDoWhatItMay() throws Exception {
    Engine engine = Engine.newBuilder().option("engine.WarnInterpreterOnly", "false").allowExperimentalOptions(true).build();
    GuestLanguage js = new JsLanguage();
    Spares spares = new Spares(() -> engine);
    assertTrue(spares.load(js));
    assertFalse(spares.load(js));
    Spares.Spare other = spares.take(js, List.of("env"));
    assertEquals(Set.of("env"), other.session().sandbox().permissions());
    Spares.Spare next = spares.take(js, List.of());
    assertNotSame(other.session(), next.session());
    assertEquals(Set.of(), next.session().sandbox().permissions());
    assertTrue(new Spares(() -> engine).load(js));
  }

  @Test
  void aLanguageThatItsFirstArtifactHasLoadedIsNotLoadedAgain() throws Exception {
    Engine engine = Engine.newBuilder().option("engine.WarnInterpreterOnly", "false").allowExperimentalOptions(true).build();
    GuestLanguage js = new JsLanguage();
    Spares spares = new Spares(() -> engine);
    spares.take(js, List.of());
    assertFalse(spares.load(js));
  }

  private static String write(Workbench bench, String language, String word) throws Exception {
    for (Map.Entry<String, String> file : ARTIFACTS.get(language).entrySet()) {
      bench.file(file.getKey(), file.getValue().replace("WORD'", word + "'"));
    }
    return "probe." + ARTIFACTS.get(language).keySet().stream().filter(name -> name.startsWith("probe")).findFirst().orElseThrow().split("\\.")[1];
  }
}

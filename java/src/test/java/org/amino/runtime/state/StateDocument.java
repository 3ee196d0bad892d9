package org.amino.runtime.state;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The tables of docs/state.md. */
final class StateDocument {
  private static final Path PAGE = Path.of("..", "docs", "state.md");

  private StateDocument() {}

  /**
   * The kinds that the page lists for a language, in its order: rows of two cells, a kind and `captured` or `refused`.
   *
   * @param heading such as `JavaScript`
   */
  static Map<String, StateLanguage.Fate> kinds(String heading) throws IOException {
    Map<String, StateLanguage.Fate> kinds = new LinkedHashMap<>();
    boolean inside = false;
    for (String line : Files.readAllLines(PAGE)) {
      if (line.startsWith("## ")) {
        inside = line.equals("## " + heading);
      }
      String[] cells = line.split("\\|");
      if (inside && cells.length == 3 && (cells[2].equals(" captured ") || cells[2].equals(" refused "))) {
        kinds.put(cells[1].strip(), StateLanguage.Fate.valueOf(cells[2].strip().toUpperCase(java.util.Locale.ROOT)));
      }
    }
    return kinds;
  }
}

package org.amino.runtime.guest.python;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/** What `pip install --target` has put into an artifact: its installer writes beside each package which files are the package's. */
final class InstalledPackages {
  private InstalledPackages() {}

  /** The names at the top of the folder that packages have: folders, and modules without their ending. */
  static Set<String> in(Path folder) {
    Set<String> names = new TreeSet<>();
    try (DirectoryStream<Path> records = Files.newDirectoryStream(folder, "*.dist-info")) {
      for (Path record : records) {
        Path list = record.resolve("RECORD");
        if (Files.isRegularFile(list)) {
          for (String line : Files.readAllLines(list)) {
            names.add(line.replaceFirst("[/,].*", "").replaceFirst("\\.py$", ""));
          }
        }
      }
    } catch (IOException unreadable) {
      return names;
    }
    return names;
  }
}

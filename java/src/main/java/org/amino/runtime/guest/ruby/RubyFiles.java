package org.amino.runtime.guest.ruby;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.amino.runtime.guest.polyglot.ArtifactFileSystem;
import org.amino.runtime.guest.polyglot.TimeZones;
import org.graalvm.polyglot.proxy.ProxyExecutable;

/**
 * Reads for a guest: the artifact's files and folders, and those of the time zones. TruffleRuby's own classes ask the operating system, so the
 * prelude's `files.rb` asks here.
 */
final class RubyFiles {
  /** What gives a file or folder; a path that is not there is an error. */
  private interface Reading {
    Object of(ArtifactFileSystem files, String path) throws IOException;
  }

  private final ArtifactFileSystem artifact;
  private final Optional<ArtifactFileSystem> zones;

  RubyFiles(ArtifactFileSystem artifact) throws IOException {
    this.artifact = artifact;
    zones = TimeZones.files();
  }

  /** The functions by the names that the prelude knows. Bytes leave as a text of the signs 0 to 255, names with NUL between them. */
  Map<String, Object> functions() {
    return Map.of(
        "kind", (ProxyExecutable) arguments -> of(arguments[0].asString()).kind(arguments[0].asString()),
        "read", reading(ArtifactFileSystem::text),
        "bytes", reading((files, path) -> new String(files.bytes(path), StandardCharsets.ISO_8859_1)),
        "names", reading((files, path) -> String.join("\0", files.names(path))));
  }

  private ProxyExecutable reading(Reading reading) {
    return arguments -> {
      String path = arguments[0].asString();
      try {
        return reading.of(of(path), path);
      } catch (IOException missing) {
        throw new IllegalArgumentException("cannot read " + path, missing);
      }
    };
  }

  private ArtifactFileSystem of(String path) {
    return zones.filter(files -> Path.of(path).startsWith(TimeZones.PLACE)).orElse(artifact);
  }
}

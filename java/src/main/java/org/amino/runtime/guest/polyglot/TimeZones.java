package org.amino.runtime.guest.polyglot;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** The data of the time zones, where every Unix has them: no engine brings them. */
public final class TimeZones {
  /** Where guests find them. */
  public static final Path PLACE = Path.of("/usr/share/zoneinfo");
  /** The folder on the host that has them. */
  private static final String PROPERTY = "amino.time_zones";

  private TimeZones() {}

  /** The files, or nothing where the kernel has none. */
  public static Optional<ArtifactFileSystem> files() throws IOException {
    String folder = System.getProperty(PROPERTY);
    return folder == null ? Optional.empty() : Optional.of(new ArtifactFileSystem(PLACE, Path.of(folder)));
  }
}

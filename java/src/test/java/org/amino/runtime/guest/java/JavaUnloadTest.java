package org.amino.runtime.guest.java;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.amino.runtime.guest.polyglot.PolyglotGuests;
import org.amino.runtime.testing.Host;
import org.amino.runtime.testing.LaneClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Versions of a Java class come and go: their class loaders go with them. */
@Timeout(120)
class JavaUnloadTest {
  private static final int VERSIONS = 10;
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  @TempDir
  Path folder;

  @Test
  void theClassesOfAnUnloadedArtifactAreUnloaded() throws Exception {
    long before = ManagementFactory.getClassLoadingMXBean().getUnloadedClassCount();
    try (Host host = new Host(new PolyglotGuests(), (target, method, args, options) -> null);
        LaneClient client = host.client("c")) {
      LaneClient python = host.python();
      for (long version = 0; version < VERSIONS; version++) {
        Path artifact = Files.createDirectory(folder.resolve("v" + version));
        Files.writeString(artifact.resolve("Adder.java"),
            "public class Adder { public long add(long n) { return n + " + version + "; } }");
        String key = "v" + version;
        Map<String, Object> options = Map.of("allow", List.of("host"), "contexts", 1);
        python.call("", "load", key, "java", artifact.toString(), "Adder", options);
        python.call("", "create", key, 1, key, List.of(), Map.of(), Map.of());
        assertEquals(100 + version, client.call(key, "add", 100));
        python.call("", "destroy", key);
        python.call("", "unload", key);
      }
      // The connections are still open, and have called a member of each version.
      long end = System.nanoTime() + PATIENCE_NANOS;
      while (ManagementFactory.getClassLoadingMXBean().getUnloadedClassCount() < before + VERSIONS) {
        assertTrue(System.nanoTime() < end, "a class of an unloaded artifact stays loaded");
        System.gc();
        TimeUnit.MILLISECONDS.sleep(5);
      }
    }
  }
}

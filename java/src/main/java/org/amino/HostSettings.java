package org.amino;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a program joins a cluster. Immutable: each {@code with…} answers changed settings.
 *
 * @param oms where the object management service answers, {@code host:port}
 * @param dataFolder the kernel's id and files; one per running program
 * @param labels of this host, for placement
 * @param languages guest languages on this program's class path to start at once; others that are there start when they are needed
 * @param allow what guests of others may do here: {@code native}, {@code io}, {@code network}, {@code env}, {@code host}, {@code threads}
 * @param python the Python in which amino-runtime[kernel] is installed
 * @param port the kernel's gRPC port on loopback; 0 takes a free one
 * @param callTime how long a call of this program may take
 * @param startTime how long the kernel may take to start
 * @param logFile where the kernel's log goes; null: to this program's standard error
 * @param logLevel least level that the kernel logs: {@code debug}, {@code info}, {@code warning}, {@code error}
 */
public record HostSettings(String oms, Path dataFolder, Map<String, String> labels, List<String> languages, List<String> allow, String python, int port,
    Duration callTime, Duration startTime, Path logFile, String logLevel) {
  private static final Path DATA = Path.of(".amino", "host");

  public HostSettings {
    labels = Map.copyOf(labels);
    languages = List.copyOf(languages);
    allow = List.copyOf(allow);
  }

  /** The defaults, with the Python that AMINO_PYTHON names, else {@code python3}. */
  public static HostSettings forOms(String address) {
    String python = System.getenv().getOrDefault("AMINO_PYTHON", "python3");
    return new HostSettings(address, DATA, Map.of(), List.of(), List.of(), python, 0, Duration.ofSeconds(60), Duration.ofMinutes(2), null, "warning");
  }

  public HostSettings withDataFolder(Path folder) {
    return new HostSettings(oms, folder, labels, languages, allow, python, port, callTime, startTime, logFile, logLevel);
  }

  /** One more label. */
  public HostSettings withLabel(String key, String value) {
    Map<String, String> more = new TreeMap<>(labels);
    more.put(key, value);
    return new HostSettings(oms, dataFolder, more, languages, allow, python, port, callTime, startTime, logFile, logLevel);
  }

  /** Further guest languages that start at once. */
  public HostSettings withLanguages(String... names) {
    return new HostSettings(oms, dataFolder, labels, joined(languages, names), allow, python, port, callTime, startTime, logFile, logLevel);
  }

  /** Further things that guests may do. */
  public HostSettings withAllowed(String... permissions) {
    return new HostSettings(oms, dataFolder, labels, languages, joined(allow, permissions), python, port, callTime, startTime, logFile, logLevel);
  }

  /** @param executable a path, or a name that is looked up */
  public HostSettings withPython(String executable) {
    return new HostSettings(oms, dataFolder, labels, languages, allow, executable, port, callTime, startTime, logFile, logLevel);
  }

  public HostSettings withPort(int number) {
    return new HostSettings(oms, dataFolder, labels, languages, allow, python, number, callTime, startTime, logFile, logLevel);
  }

  public HostSettings withCallTime(Duration time) {
    return new HostSettings(oms, dataFolder, labels, languages, allow, python, port, time, startTime, logFile, logLevel);
  }

  public HostSettings withStartTime(Duration time) {
    return new HostSettings(oms, dataFolder, labels, languages, allow, python, port, callTime, time, logFile, logLevel);
  }

  /** @param level {@code debug}, {@code info}, {@code warning} or {@code error} */
  public HostSettings withLog(Path file, String level) {
    return new HostSettings(oms, dataFolder, labels, languages, allow, python, port, callTime, startTime, file, level);
  }

  private static List<String> joined(List<String> known, String[] more) {
    List<String> all = new ArrayList<>(known);
    all.addAll(List.of(more));
    return all;
  }
}

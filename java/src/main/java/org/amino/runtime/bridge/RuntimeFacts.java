package org.amino.runtime.bridge;

import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.TimeZone;
import java.util.TreeSet;
import org.amino.runtime.guest.GuestFactory;

/** What must be the same where the replicas of an object run: else the same calls have other results (docs/guests.md). */
final class RuntimeFacts {
  private RuntimeFacts() {}

  /**
   * One line, equal on equal runtimes.
   *
   * @param language that of the object; null: those of all languages that are there
   */
  static String text(GuestFactory guests, String language) {
    StringBuilder text = new StringBuilder();
    text.append("jdk ").append(System.getProperty("java.vm.version")).append(" (").append(System.getProperty("java.vm.vendor")).append(')');
    text.append(", ").append(System.getProperty("os.name")).append(' ').append(System.getProperty("os.arch"));
    for (String each : language == null ? new TreeSet<>(guests.languages()) : new TreeSet<>(java.util.List.of(language))) {
      text.append(", ").append(each).append(' ').append(guests.versionOf(each));
    }
    text.append(", locale ").append(Locale.getDefault().toLanguageTag()).append(", zone ").append(TimeZone.getDefault().getID());
    for (String flag : new TreeSet<>(ManagementFactory.getRuntimeMXBean().getInputArguments())) {
      if (changesResults(flag)) {
        text.append(", ").append(flag);
      }
    }
    return text.toString();
  }

  /** Whether a flag of the JVM changes what its mathematical functions answer. */
  private static boolean changesResults(String flag) {
    return flag.startsWith("-XX:") && (flag.contains("Intrinsic") || flag.contains("UseFMA") || flag.contains("UseAVX"));
  }
}

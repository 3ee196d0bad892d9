package org.amino.runtime.guest;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a call that failed was in the code of one object: the last item of an error's payload (docs/wire.md, section 3).
 *
 * @param language the object's
 * @param object its id
 * @param name its name; null when it has none
 * @param member the one that was called
 * @param file of the artifact; null where the language does not say
 * @param line of the file, from 1; 0 where the language does not say
 */
public record Hop(String language, String object, String name, String member, String file, int line) {
  /** Characters of each text that travel. */
  private static final int LENGTH = 200;
  /** A frame as the languages print it: `at f (a.js:1:2)`, `at a.rb:1:in `f'`, `at Echo.f(Echo.java:1)`. */
  private static final Pattern FRAME = Pattern.compile("^\\s*at (?:(.*)\\()?([^()\\s]*?):(\\d+)(?::.*|\\)?)$", Pattern.MULTILINE);
  /** Files that are no part of the artifact: of the machine, the engine, the runtime. */
  private static final Pattern FOREIGN = Pattern.compile("^[/<(]|^\\w+:|\\\\");
  /** Frames of the Java platform, with the name of their module or without. */
  private static final Pattern PLATFORM = Pattern.compile("^(?:\\w+[.\\w]*/)?(?:java|javax|jdk|sun|com\\.sun|org\\.amino|org\\.graalvm)\\.");

  /** How the files of each language end; a frame of another one is that of an object that called this one. */
  private static final Map<String, String> ENDINGS = Map.of("py", "python", "rb", "ruby", "js", "js", "mjs", "js", "cjs", "js", "java", "java");
  private static final String ARTIFACT = "/artifact/";

  /** The hop of an object in whose code a call ended, from the frames of that code. */
  public static Hop of(String language, String object, String name, String member, String stack) {
    Matcher frame = FRAME.matcher(stack);
    while (frame.find()) {
      boolean platform = frame.group(1) != null && language.equals("java") && PLATFORM.matcher(frame.group(1)).find();
      String file = frame.group(2).startsWith(ARTIFACT) ? frame.group(2).substring(ARTIFACT.length()) : frame.group(2);
      if (!platform && isOwn(language, file)) {
        return new Hop(language, object, name, cut(member), cut(file), number(frame.group(3)));
      }
    }
    return new Hop(language, object, name, cut(member), null, 0);
  }

  private static boolean isOwn(String language, String file) {
    String ending = file.substring(file.lastIndexOf('.') + 1);
    return !file.isEmpty() && !FOREIGN.matcher(file).find() && ENDINGS.getOrDefault(ending, language).equals(language);
  }

  private static int number(String digits) {
    return digits.length() > 9 ? 0 : Integer.parseInt(digits);
  }

  private static String cut(String text) {
    return text.length() <= LENGTH ? text : text.substring(0, text.offsetByCodePoints(0, LENGTH / 2));
  }

  /** For people: {@code cart.total (js, cart.js:7)}. */
  @Override
  public String toString() {
    String place = file == null ? "" : ", " + file + (line > 0 ? ":" + line : "");
    return (name == null ? "object " + object + " " : name + ".") + member + " (" + language + place + ")";
  }
}

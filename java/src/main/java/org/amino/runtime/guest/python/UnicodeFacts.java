package org.amino.runtime.guest.python;

import java.util.Locale;
import java.util.Map;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.graalvm.shadowed.com.ibm.icu.lang.UCharacter;
import org.graalvm.shadowed.com.ibm.icu.lang.UProperty;
import org.graalvm.shadowed.com.ibm.icu.text.Normalizer2;

/** What Python's `unicodedata` says of characters, as far as the engine asks native code for it. */
final class UnicodeFacts {
  /** What stands for nothing: no text and no number that a character may have. */
  private static final String NOTHING = "";
  private static final int FIRST_SYLLABLE = 0xAC00;
  private static final int LAST_SYLLABLE = 0xD7A3;

  private UnicodeFacts() {}

  /** The functions for the prelude's table `host`. */
  static Map<String, Object> all() {
    return Map.of(
        "unicodeFact", (ProxyExecutable) arguments -> fact(arguments[0].asString(), arguments[1].asInt()),
        "unicodeLookup", (ProxyExecutable) arguments -> lookup(arguments[0].asString()));
  }

  private static Object fact(String name, int point) {
    return switch (name) {
      case "decimal" -> type(point) == UCharacter.NumericType.DECIMAL ? (Object) (int) UCharacter.getUnicodeNumericValue(point) : NOTHING;
      case "digit" -> type(point) == UCharacter.NumericType.DECIMAL || type(point) == UCharacter.NumericType.DIGIT
          ? (Object) (int) UCharacter.getUnicodeNumericValue(point) : NOTHING;
      case "numeric" -> type(point) == UCharacter.NumericType.NONE ? NOTHING : (Object) UCharacter.getUnicodeNumericValue(point);
      case "combining" -> UCharacter.getCombiningClass(point);
      case "mirrored" -> UCharacter.isMirrored(point) ? 1 : 0;
      case "east_asian_width" -> valueName(UProperty.EAST_ASIAN_WIDTH, point, UProperty.NameChoice.SHORT);
      case "decomposition" -> decomposition(point);
      default -> NOTHING;
    };
  }

  private static int type(int point) {
    return UCharacter.getIntPropertyValue(point, UProperty.NUMERIC_TYPE);
  }

  private static String valueName(int property, int point, int choice) {
    return UCharacter.getPropertyValueName(property, UCharacter.getIntPropertyValue(point, property), choice);
  }

  /** Such as `&lt;compat&gt; 0020 0308`, or nothing. */
  private static String decomposition(int point) {
    String parts = Normalizer2.getNFKCInstance().getRawDecomposition(point);
    if (parts == null || point >= FIRST_SYLLABLE && point <= LAST_SYLLABLE) {
      return NOTHING;
    }
    StringBuilder text = new StringBuilder();
    String kind = valueName(UProperty.DECOMPOSITION_TYPE, point, UProperty.NameChoice.LONG).toLowerCase(Locale.ROOT);
    if (!kind.equals("canonical")) {
      text.append('<').append(kind.equals("nobreak") ? "noBreak" : kind).append("> ");
    }
    parts.codePoints().forEach(part -> text.append(String.format("%04X ", part)));
    return text.toString().trim();
  }

  /** The character of a name, in capital or small letters, or nothing. */
  private static String lookup(String name) {
    int point = UCharacter.getCharFromName(name);
    int found = point >= 0 ? point : UCharacter.getCharFromNameAlias(name);
    return found < 0 ? NOTHING : Character.toString(found);
  }
}

package org.amino.runtime.guest.js;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.graalvm.shadowed.com.ibm.icu.text.IDNA;

/** What the prelude's replacements of web interfaces ask of Java: random bytes, and the names of hosts in other scripts. */
final class WebFunctions {
  private static final int MOST = 65_536;

  private WebFunctions() {}

  /** The functions for the prelude's table `host`. */
  static Map<String, Object> all() {
    return Map.of(
        "random", (ProxyExecutable) arguments -> random(arguments[0]),
        "asciiDomain", (ProxyExecutable) arguments -> asciiDomain(arguments[0].asString()));
  }

  /** As many random bytes as one asks for, each as a character. */
  private static String random(Value count) {
    byte[] bytes = new byte[Math.min(count.asInt(), MOST)];
    Randomness.SOURCE.nextBytes(bytes);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** Such as `xn--bcher-kva.example`; null where there is no such host. */
  private static String asciiDomain(String domain) {
    IDNA.Info info = new IDNA.Info();
    StringBuilder ascii = new StringBuilder();
    Names.RULES.nameToASCII(domain, ascii, info);
    info.getErrors().removeAll(Names.TOLERATED);
    return info.hasErrors() && !info.getErrors().isEmpty() ? null : ascii.toString();
  }

  /** Made when it is first asked for: most objects ask for nothing random. */
  private static final class Randomness {
    static final SecureRandom SOURCE = new SecureRandom();
  }

  /** The rules of the URL Standard, section 3.3, read from the library's data when the first such name comes. */
  private static final class Names {
    static final IDNA RULES = IDNA.getUTS46Instance(
        IDNA.CHECK_BIDI | IDNA.CHECK_CONTEXTJ | IDNA.NONTRANSITIONAL_TO_ASCII);
    static final Set<IDNA.Error> TOLERATED = EnumSet.of(
        IDNA.Error.LEADING_HYPHEN, IDNA.Error.TRAILING_HYPHEN, IDNA.Error.HYPHEN_3_4, IDNA.Error.EMPTY_LABEL,
        IDNA.Error.LABEL_TOO_LONG, IDNA.Error.DOMAIN_NAME_TOO_LONG);
  }
}

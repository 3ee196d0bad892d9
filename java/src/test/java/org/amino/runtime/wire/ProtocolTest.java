package org.amino.runtime.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.amino.runtime.guest.Examples;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.testing.JsonFile;
import org.amino.runtime.wire.Protocol.Outcome;
import org.junit.jupiter.api.Test;

/** The data of {@code spec/protocol.json} and what Java says of it. */
class ProtocolTest {
  private static final Pattern CODE = Pattern.compile("(?:new_?[eE]rror\\(|GUEST = )['\"](\\w+)['\"]");

  private static Set<String> constants() throws ReflectiveOperationException {
    Set<String> codes = new HashSet<>();
    for (Field field : Protocol.Code.class.getFields()) {
      codes.add((String) field.get(null));
    }
    return codes;
  }

  @Test
  void everyCodeHasItsConstantAndItsOutcome() throws Exception {
    List<?> entries = (List<?>) ((Map<?, ?>) JsonFile.read(Examples.root().resolve("spec/protocol.json"))).get("codes");
    Set<String> codes = new HashSet<>();
    for (Object each : entries) {
      Map<?, ?> entry = (Map<?, ?>) each;
      codes.add((String) entry.get("code"));
      assertEquals(Outcome.valueOf((String) entry.get("outcome")), GuestFailure.of((String) entry.get("code"), "m").outcome, entry.toString());
    }
    assertEquals(codes, constants());
  }

  @Test
  void thePreludesNameOnlyKnownCodes() throws Exception {
    Set<String> named = new TreeSet<>();
    try (Stream<Path> files = Files.walk(Examples.root().resolve("java/src/main/resources"))) {
      files.filter(file -> file.toString().matches(".*\\.(js|py|rb)")).forEach(file -> named.addAll(codesIn(file)));
    }
    assertFalse(named.isEmpty());
    named.removeAll(constants());
    assertEquals(Set.of(), named);
  }

  private static Set<String> codesIn(Path file) {
    Set<String> found = new HashSet<>();
    try {
      Matcher matcher = CODE.matcher(Files.readString(file));
      while (matcher.find()) {
        found.add(matcher.group(1));
      }
    } catch (IOException unreadable) {
      throw new AssertionError(unreadable);
    }
    return found;
  }
}

package org.amino.runtime.testing;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.amino.runtime.guest.Examples;

/** The vectors of {@code tests/conformance/values.json}, whose first lines say what they mean. JavaScript reads the JSON. */
public final class ValueVectors {
  /** One of {@code valid}; {@code value} is its description. */
  public record Valid(String name, byte[] bytes, List<byte[]> alsoRead, Map<?, ?> value, boolean exact, List<?> refusedBy) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** One of {@code invalid}. */
  public record Invalid(String name, byte[] bytes, List<?> codes) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** One of {@code unencodable}; {@code path} is what the message must name. */
  public record Unencodable(String name, Map<?, ?> value, String path) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static final Map<?, ?> FILE = (Map<?, ?>) JsonFile.read(Examples.root().resolve("tests/conformance/values.json"));

  private ValueVectors() {}

  public static Stream<Valid> valid() {
    return cases("valid").map(each -> new Valid((String) each.get("name"), bytes(each.get("hex")), list(each.get("also_read")).stream().map(ValueVectors::bytes).toList(),
        (Map<?, ?>) each.get("value"), (Boolean) each.get("exact"), list(each.get("refused_by"))));
  }

  public static Stream<Invalid> invalid() {
    return cases("invalid").map(each -> new Invalid((String) each.get("name"), bytes(each.get("hex")), list(each.get("codes"))));
  }

  public static Stream<Unencodable> unencodable() {
    return cases("unencodable").map(each -> new Unencodable((String) each.get("name"), (Map<?, ?>) each.get("value"), (String) each.get("path")));
  }

  private static Stream<Map<?, ?>> cases(String kind) {
    List<?> cases = list(FILE.get(kind));
    assertFalse(cases.isEmpty(), "values.json has no vectors that are " + kind);
    return cases.stream().map(each -> (Map<?, ?>) each);
  }

  private static List<?> list(Object read) {
    return read == null ? List.of() : (List<?>) read;
  }

  private static byte[] bytes(Object hex) {
    return HexFormat.of().parseHex((String) hex);
  }
}

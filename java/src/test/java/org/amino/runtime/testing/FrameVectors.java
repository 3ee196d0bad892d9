package org.amino.runtime.testing;

import java.math.BigInteger;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.amino.runtime.guest.Examples;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.Protocol.Outcome;

/** The frames of {@code tests/conformance/frames.json}, whose first lines say what they mean. */
public final class FrameVectors {
  /** One of {@code frames}. */
  public record Vector(String name, byte[] bytes, boolean exact, Map<?, ?> frame) {
    public String kind() {
      return (String) frame.get("kind");
    }

    public long seq() {
      return ((Number) frame.get("seq")).longValue();
    }

    public List<?> list(String key) {
      return frame.get(key) == null ? List.of() : (List<?>) frame.get(key);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  public static final List<Vector> ALL = ((List<?>) ((Map<?, ?>) JsonFile.read(Examples.root().resolve("tests/conformance/frames.json"))).get("frames")).stream()
      .map(each -> (Map<?, ?>) each)
      .map(each -> new Vector((String) each.get("name"), HexFormat.of().parseHex((String) each.get("hex")), (Boolean) each.get("exact"), (Map<?, ?>) each.get("frame")))
      .toList();

  private FrameVectors() {}

  public static Vector named(String name) {
    return ALL.stream().filter(vector -> vector.name().equals(name)).findFirst().orElseThrow();
  }

  /** A described value as plain data; null for what plain data has no form of. */
  public static Object plain(Map<?, ?> described) {
    String kind = (String) described.keySet().iterator().next();
    Object content = described.get(kind);
    return switch (kind) {
      case "null" -> null;
      case "bool", "string" -> content;
      case "int" -> new BigInteger((String) content).longValueExact();
      case "double" -> Double.longBitsToDouble(Long.parseUnsignedLong((String) content, 16));
      case "list" -> ((List<?>) content).stream().map(item -> plain((Map<?, ?>) item)).toList();
      case "map" -> pairs((List<?>) content);
      default -> throw new UnsupportedOperationException(kind);
    };
  }

  private static Map<Object, Object> pairs(List<?> content) {
    Map<Object, Object> map = new LinkedHashMap<>();
    for (Object pair : content) {
      map.put(plain((Map<?, ?>) ((List<?>) pair).get(0)), plain((Map<?, ?>) ((List<?>) pair).get(1)));
    }
    return map;
  }

  public static GuestFailure failure(List<?> parts) {
    Map<String, Object> details = new LinkedHashMap<>();
    if (parts.get(4) != null) {
      ((Map<?, ?>) plain((Map<?, ?>) parts.get(4))).forEach((key, item) -> details.put((String) key, item));
    }
    GuestFailure cause = parts.get(5) == null ? null : failure((List<?>) ((Map<?, ?>) parts.get(5)).get("error"));
    return new GuestFailure((String) parts.get(0), (String) parts.get(1), (String) parts.get(2), (String) parts.get(3), details, cause,
        Outcome.of(((Number) parts.get(6)).longValue()));
  }
}

package org.amino.runtime.guest.java;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.amino.AminoException;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.Protocol.Outcome;

/** The neutral form of {@code values.json} as Java's own values, and a comparison that sees what {@code equals} does not. */
final class NeutralValue {
  private static final BigInteger SECOND = BigInteger.valueOf(1_000_000_000);
  private final Map<Object, Object> labels = new HashMap<>();

  private NeutralValue() {}

  /** Makes the value that a description stands for. */
  static Object build(Map<?, ?> described) {
    return new NeutralValue().value(described);
  }

  private Object value(Map<?, ?> described) {
    String kind = (String) described.keySet().stream().filter(key -> !key.equals("label")).findFirst().orElseThrow();
    Object content = described.get(kind);
    return switch (kind) {
      case "list" -> fill(labelled(new ArrayList<>(), described), content);
      case "set" -> fill(labelled(new LinkedHashSet<>(), described), content);
      case "map" -> pairs(labelled(new LinkedHashMap<>(), described), content);
      case "same" -> labels.get(content);
      case "nest" -> nest((String) ((List<?>) content).get(0), ((Number) ((List<?>) content).get(1)).intValue());
      case "error" -> new AminoException(error((List<?>) content));
      case "reference" -> reference((List<?>) content);
      case "named" -> NamedValues.loaded((String) ((List<?>) content).get(0), build((Map<?, ?>) ((List<?>) content).get(1)));
      default -> leaf(kind, content);
    };
  }

  private <T> T labelled(T container, Map<?, ?> described) {
    if (described.containsKey("label")) {
      labels.put(described.get("label"), container);
    }
    return container;
  }

  private Collection<Object> fill(Collection<Object> container, Object items) {
    ((List<?>) items).forEach(item -> container.add(value((Map<?, ?>) item)));
    return container;
  }

  private Map<Object, Object> pairs(Map<Object, Object> map, Object pairs) {
    for (Object pair : (List<?>) pairs) {
      map.put(value((Map<?, ?>) ((List<?>) pair).get(0)), value((Map<?, ?>) ((List<?>) pair).get(1)));
    }
    return map;
  }

  private static Object nest(String kind, int levels) {
    Object inner = null;
    for (int level = 0; level < levels; level++) {
      List<Object> content = level == 0 ? List.of() : List.of(inner);
      inner = switch (kind) {
        case "list" -> new ArrayList<>(content);
        case "set" -> new LinkedHashSet<>(content);
        default -> new LinkedHashMap<>(level == 0 ? Map.of() : Map.of("k", inner));
      };
    }
    return inner;
  }

  private GuestFailure error(List<?> parts) {
    Map<String, Object> details = new LinkedHashMap<>();
    if (parts.get(4) != null) {
      ((Map<?, ?>) value((Map<?, ?>) parts.get(4))).forEach((key, item) -> details.put((String) key, item));
    }
    GuestFailure cause = parts.get(5) == null ? null : error((List<?>) ((Map<?, ?>) parts.get(5)).get("error"));
    List<GuestFailure> members = new ArrayList<>();
    for (Object member : parts.size() > 7 ? (List<?>) parts.get(7) : List.of()) {
      members.add(error((List<?>) ((Map<?, ?>) member).get("error")));
    }
    String[] texts = parts.subList(0, 4).toArray(new String[0]);
    Outcome outcome = Outcome.of(((Number) parts.get(6)).longValue());
    return new GuestFailure(texts[0], texts[1], texts[2], texts[3], details, cause, outcome).grouping(members);
  }

  private static Reference reference(List<?> parts) {
    return new Reference((String) parts.get(0), (String) parts.get(1), Long.parseLong((String) parts.get(2)), (String) parts.get(3), null);
  }

  private static Object leaf(String kind, Object content) {
    return switch (kind) {
      case "null", "bool", "string" -> content;
      case "int" -> integer(new BigInteger((String) content));
      case "double" -> Double.longBitsToDouble(Long.parseUnsignedLong((String) content, 16));
      case "bytes" -> HexFormat.of().parseHex((String) content);
      case "fill" -> ((String) ((List<?>) content).get(0)).repeat(((Number) ((List<?>) content).get(1)).intValue());
      case "timestamp" -> {
        BigInteger nanos = new BigInteger((String) content);
        BigInteger rest = nanos.mod(SECOND);
        yield Instant.ofEpochSecond(nanos.subtract(rest).divide(SECOND).longValueExact(), rest.longValueExact());
      }
      case "duration" -> Duration.ofNanos(Long.parseLong((String) content));
      case "function" -> (Runnable) () -> {};
      case "surrogate" -> "\ud800";
      default -> throw new AssertionError("values.json describes a " + kind + ", which this test cannot build");
    };
  }

  private static Object integer(BigInteger value) {
    return value.bitLength() < 64 ? (Object) value.longValueExact() : value;
  }

  /** Equal with classes, order, sign of zero, and which containers are the same container. */
  static void assertAlike(Object wanted, Object seen) {
    alike(wanted, seen, new IdentityHashMap<>());
  }

  private static void alike(Object wanted, Object seen, Map<Object, Object> met) {
    assertEquals(wanted == null ? null : wanted.getClass(), seen == null ? null : seen.getClass());
    if (wanted instanceof Collection || wanted instanceof Map) {
      if (met.containsKey(wanted) || met.containsKey(seen)) {
        assertSame(met.get(wanted), seen, "a container is shared on one side only");
        return;
      }
      met.put(wanted, seen);
      met.put(seen, seen);
    }
    if (wanted instanceof Collection<?> collection) {
      each(collection, (Collection<?>) seen, met);
    } else if (wanted instanceof Map<?, ?> map) {
      each(map.keySet(), ((Map<?, ?>) seen).keySet(), met);
      each(map.values(), ((Map<?, ?>) seen).values(), met);
    } else if (wanted instanceof byte[] bytes) {
      assertArrayEquals(bytes, (byte[]) seen);
    } else if (wanted instanceof Named named) {
      assertEquals(named.name(), ((Named) seen).name());
      alike(named.value(), ((Named) seen).value(), met);
    } else if (wanted instanceof AminoException thrown) {
      error(thrown, (AminoException) seen, met);
    } else if (wanted instanceof Reference reference) {
      Reference other = (Reference) seen;
      assertEquals(describe(reference), describe(other));
    } else {
      assertEquals(wanted, seen);
    }
  }

  private static void each(Collection<?> wanted, Collection<?> seen, Map<Object, Object> met) {
    assertEquals(wanted.size(), seen.size());
    Iterator<?> other = seen.iterator();
    for (Object item : wanted) {
      alike(item, other.next(), met);
    }
  }

  private static void error(AminoException wanted, AminoException seen, Map<Object, Object> met) {
    assertEquals(List.of(wanted.code(), wanted.type(), wanted.getMessage(), wanted.guestStack()), List.of(seen.code(), seen.type(), seen.getMessage(), seen.guestStack()));
    assertEquals(wanted.outcome(), seen.outcome());
    each(wanted.details().keySet(), seen.details().keySet(), met);
    each(wanted.details().values(), seen.details().values(), met);
    alike(wanted.getCause(), seen.getCause(), met);
    each(wanted.errors(), seen.errors(), met);
  }

  private static String describe(Reference reference) {
    return reference.id() + " " + reference.className() + " " + reference.epoch() + " " + reference.address();
  }
}

package org.amino.runtime.guest.java;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.amino.AminoException;
import org.amino.runtime.guest.ObjectCalls;
import org.amino.runtime.wire.ErrorPayload;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.MsgpackType;
import org.amino.runtime.wire.PlainValue;
import org.amino.runtime.wire.Protocol;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.Repetitions;
import org.amino.runtime.wire.ValueRules;
import org.amino.runtime.wire.WireException;

/** Reads one value as Java's own: Long, BigInteger, Double, String, byte[], ArrayList, LinkedHashMap, LinkedHashSet, Instant, Duration, Reference,
 * and what {@link NamedValues} makes of values of classes. */
final class JavaDecoder {
  private final ObjectCalls calls;
  private List<Object> nodes;
  /** Sets around what is read now: their elements must be whole when they are added. */
  private int sets;

  /**
   * @param calls how references that arrive are called
   */
  JavaDecoder(ObjectCalls calls) {
    this.calls = calls;
  }

  /** The value that these bytes are, all of them. */
  static Object decode(byte[] encoded, ObjectCalls calls) {
    MsgpackReader in = new MsgpackReader(encoded);
    Object value = new JavaDecoder(calls).read(in);
    in.requireEnd();
    return value;
  }

  Object read(MsgpackReader in) {
    return read(in, 0);
  }

  private Object read(MsgpackReader in, int depth) {
    boolean container = in.peekType() == MsgpackType.ARRAY || in.peekType() == MsgpackType.MAP;
    if (depth >= Protocol.DEPTH_LIMIT && container) {
      throw invalid("a value is nested deeper than " + Protocol.DEPTH_LIMIT + " levels; flatten it");
    }
    return switch (in.peekType()) {
      case ARRAY -> fill(in, new ArrayList<>(), depth);
      case MAP -> fill(in, new LinkedHashMap<>(), depth);
      case EXTENSION -> extension(in, depth);
      default -> PlainValue.read(in);
    };
  }

  private static WireException invalid(String message) {
    return new WireException(Code.VALUE_INVALID, message);
  }

  private List<Object> fill(MsgpackReader in, List<Object> list, int depth) {
    int size = in.readArrayHeader();
    for (int i = 0; i < size; i++) {
      list.add(read(in, depth + 1));
    }
    return list;
  }

  private Map<Object, Object> fill(MsgpackReader in, Map<Object, Object> map, int depth) {
    int size = in.readMapHeader();
    Repetitions keys = new Repetitions();
    for (int i = 0; i < size; i++) {
      ValueRules.requireKey(in);
      keys.refuse(in);
      Object key = read(in, depth + 1);
      if (map.containsKey(key)) {
        throw invalid("Java cannot tell two keys of a map apart: " + Conversion.shown(key));
      }
      map.put(key, read(in, depth + 1));
    }
    return map;
  }

  private Set<Object> fill(MsgpackReader in, Set<Object> set, int depth) {
    int size = in.readArrayHeader();
    Repetitions elements = new Repetitions();
    sets++;
    for (int i = 0; i < size; i++) {
      elements.refuse(in);
      Object element = read(in, depth + 1);
      if (!set.add(element)) {
        throw invalid("Java cannot tell two elements of a set apart: " + Conversion.shown(element));
      }
    }
    sets--;
    in.requireEnd();
    return set;
  }

  private Object extension(MsgpackReader in, int depth) {
    int at = in.position();
    MsgpackReader.ExtensionHeader header = in.readExtensionHeader();
    MsgpackReader payload = in.slice(header.length());
    switch (header.type()) {
      case Protocol.Extension.BIG_INTEGER:
        in.seek(at);
        return integer(in.readBigInteger());
      case Protocol.Extension.SET:
        if (depth >= Protocol.DEPTH_LIMIT) {
          throw invalid("a value is nested deeper than " + Protocol.DEPTH_LIMIT + " levels; flatten it");
        }
        return fill(payload, new LinkedHashSet<>(), depth);
      case Protocol.Extension.TIMESTAMP:
        return timestamp(payload, header.length());
      case Protocol.Extension.DURATION:
        if (header.length() != 8) {
          throw invalid("a duration has 8 bytes, not " + header.length());
        }
        return Duration.ofNanos(new BigInteger(payload.readRaw(8)).longValue());
      case Protocol.Extension.REFERENCE:
        ValueRules.ReferenceParts parts = ValueRules.reference(payload);
        return new Reference(parts.id(), parts.className(), parts.epoch(), parts.address(), calls);
      case Protocol.Extension.ERROR:
        AminoException error = new AminoException(ErrorPayload.read(payload, details -> read(details, depth + 1)));
        payload.requireEnd();
        return error;
      case Protocol.Extension.NAMED:
        return named(payload, depth);
      case Protocol.Extension.GRAPH:
        return graph(payload, depth);
      case Protocol.Extension.BACK_REFERENCE:
        return back(payload);
      default:
        throw invalid("extension " + header.type() + " is no value (docs/wire.md, section 1)");
    }
  }

  /** What a value of a class was saved as is a value of its own, with a graph of its own. */
  private Object named(MsgpackReader payload, int depth) {
    if (depth >= Protocol.DEPTH_LIMIT) {
      throw invalid("a value is nested deeper than " + Protocol.DEPTH_LIMIT + " levels; flatten it");
    }
    String name = ValueRules.name(payload);
    JavaDecoder own = new JavaDecoder(calls);
    Object value = own.read(payload, depth + 1);
    payload.requireEnd();
    return NamedValues.loaded(name, value);
  }

  /** Extension 1 may hold what has room in a long, too. */
  private static Object integer(BigInteger value) {
    return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
  }

  private static Instant timestamp(MsgpackReader payload, int length) {
    ByteBuffer bytes = ByteBuffer.wrap(payload.readRaw(length));
    long nanos = 0;
    long seconds;
    if (length == 4) {
      seconds = Integer.toUnsignedLong(bytes.getInt());
    } else if (length == 8) {
      long both = bytes.getLong();
      nanos = both >>> 34;
      seconds = both & (1L << 34) - 1;
    } else if (length == 12) {
      nanos = Integer.toUnsignedLong(bytes.getInt());
      seconds = bytes.getLong();
    } else {
      throw invalid("a timestamp has 4, 8 or 12 bytes, not " + length);
    }
    if (nanos > 999_999_999L || seconds < Instant.MIN.getEpochSecond() || seconds > Instant.MAX.getEpochSecond()) {
      throw invalid("a timestamp of " + seconds + " s and " + nanos + " ns is beyond what an Instant holds");
    }
    return Instant.ofEpochSecond(seconds, nanos);
  }

  private Object graph(MsgpackReader payload, int depth) {
    int size = payload.readArrayHeader();
    if (nodes != null || size == 0) {
      throw invalid(nodes != null ? "a graph inside a graph is no value" : "a graph has no nodes");
    }
    nodes = new ArrayList<>(size);
    int start = payload.position();
    for (int i = 0; i < size; i++) {
      nodes.add(empty(payload, i == 0));
      payload.skip();
    }
    payload.requireEnd();
    payload.seek(start);
    if (nodes.get(0) == null) {
      payload.skip();
    }
    for (Object node : nodes) {
      fillNode(payload, node, depth);
    }
    Object root = nodes.get(0);
    if (root == null) {
      payload.seek(start);
      root = read(payload, depth);
    }
    nodes = null;
    return root;
  }

  /** The container that a node will be; null for a value that is none, such as an error, which may be the first node. */
  private static Object empty(MsgpackReader in, boolean first) {
    return switch (in.peekType()) {
      case ARRAY -> new ArrayList<>();
      case MAP -> new LinkedHashMap<>();
      default -> {
        if (isSet(in)) {
          yield new LinkedHashSet<>();
        }
        if (!first) {
          throw invalid("a node of a graph is a list, a map or a set");
        }
        yield null;
      }
    };
  }

  private static boolean isSet(MsgpackReader in) {
    int at = in.position();
    boolean set = in.peekType() == MsgpackType.EXTENSION && in.readExtensionHeader().type() == Protocol.Extension.SET;
    in.seek(at);
    return set;
  }

  @SuppressWarnings("unchecked")
  private void fillNode(MsgpackReader payload, Object node, int depth) {
    if (node instanceof List<?>) {
      fill(payload, (List<Object>) node, depth);
    } else if (node instanceof Map<?, ?>) {
      fill(payload, (Map<Object, Object>) node, depth);
    } else if (node != null) {
      fill(payload.slice(payload.readExtensionHeader().length()), (Set<Object>) node, depth);
    }
  }

  private Object back(MsgpackReader payload) {
    long index = payload.readLong();
    payload.requireEnd();
    Object node = nodes == null || index < 0 || index >= nodes.size() ? null : nodes.get((int) index);
    if (node == null) {
      throw invalid("a back reference to node " + index + ", which is not there");
    }
    if (sets > 0) {
      throw invalid("a set holds a container that stands elsewhere, too: Java finds elements by their content, which is not there yet; use a list");
    }
    return node;
  }
}

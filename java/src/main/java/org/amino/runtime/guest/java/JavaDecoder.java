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
import org.amino.runtime.wire.Extensions;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.MsgpackType;
import org.amino.runtime.wire.PlainValue;
import org.amino.runtime.wire.WireException;

/** Reads one value as Java's own: Long, BigInteger, Double, String, byte[], ArrayList, LinkedHashMap, LinkedHashSet, Instant, Duration, Reference. */
final class JavaDecoder {
  private final ObjectCalls calls;
  private List<Object> nodes;

  /**
   * @param calls how references that arrive are called
   */
  JavaDecoder(ObjectCalls calls) {
    this.calls = calls;
  }

  Object read(MsgpackReader in) {
    return read(in, 0);
  }

  private Object read(MsgpackReader in, int depth) {
    boolean container = in.peekType() == MsgpackType.ARRAY || in.peekType() == MsgpackType.MAP;
    if (depth >= PlainValue.DEPTH && container) {
      throw invalid("a value is nested deeper than " + PlainValue.DEPTH + " levels; flatten it");
    }
    return switch (in.peekType()) {
      case ARRAY -> fill(in, new ArrayList<>(), depth);
      case MAP -> fill(in, new LinkedHashMap<>(), depth);
      case EXTENSION -> extension(in, depth);
      default -> PlainValue.read(in);
    };
  }

  private static WireException invalid(String message) {
    return new WireException("VALUE_INVALID", message);
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
    for (int i = 0; i < size; i++) {
      Object key = read(in, depth + 1);
      if (map.containsKey(key)) {
        throw invalid("Java cannot tell two keys of a map apart: " + key);
      }
      map.put(key, read(in, depth + 1));
    }
    return map;
  }

  private Set<Object> fill(MsgpackReader in, Set<Object> set, int depth) {
    int size = in.readArrayHeader();
    for (int i = 0; i < size; i++) {
      Object element = read(in, depth + 1);
      if (!set.add(element)) {
        throw invalid("Java cannot tell two elements of a set apart: " + element);
      }
    }
    return set;
  }

  private Object extension(MsgpackReader in, int depth) {
    int at = in.position();
    MsgpackReader.ExtensionHeader header = in.readExtensionHeader();
    MsgpackReader payload = in.slice(header.length());
    switch (header.type()) {
      case Extensions.BIG_INTEGER:
        in.seek(at);
        return in.readBigInteger();
      case Extensions.SET:
        if (depth >= PlainValue.DEPTH) {
          throw invalid("a value is nested deeper than " + PlainValue.DEPTH + " levels; flatten it");
        }
        return fill(payload, new LinkedHashSet<>(), depth);
      case Extensions.TIMESTAMP:
        return timestamp(payload, header.length());
      case Extensions.DURATION:
        if (header.length() != 8) {
          throw invalid("a duration has 8 bytes, not " + header.length());
        }
        return Duration.ofNanos(new BigInteger(payload.readRaw(8)).longValue());
      case Extensions.REFERENCE:
        return reference(payload);
      case Extensions.ERROR:
        return new AminoException(ErrorPayload.read(payload, details -> read(details, depth + 1)));
      case Extensions.GRAPH:
        return graph(payload, depth);
      case Extensions.BACK_REFERENCE:
        return back(payload);
      default:
        throw invalid("extension " + header.type() + " is no value (docs/wire.md, section 1)");
    }
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

  private Reference reference(MsgpackReader payload) {
    int size = payload.readArrayHeader();
    String id = payload.readString();
    String className = size > 1 ? (String) PlainValue.read(payload) : null;
    long epoch = size > 2 ? payload.readLong() : 0;
    String address = size > 3 ? (String) PlainValue.read(payload) : null;
    return new Reference(id, className, epoch, address, calls);
  }

  private Object graph(MsgpackReader payload, int depth) {
    int size = payload.readArrayHeader();
    if (nodes != null || size == 0) {
      throw invalid(nodes != null ? "a graph inside a graph is no value" : "a graph has no nodes");
    }
    nodes = new ArrayList<>(size);
    int start = payload.position();
    for (int i = 0; i < size; i++) {
      nodes.add(empty(payload.peekType()));
      payload.skip();
    }
    payload.seek(start);
    for (Object node : nodes) {
      fillNode(payload, node, depth);
    }
    Object root = nodes.get(0);
    nodes = null;
    return root;
  }

  private static Object empty(MsgpackType type) {
    return switch (type) {
      case ARRAY -> new ArrayList<>();
      case MAP -> new LinkedHashMap<>();
      case EXTENSION -> new LinkedHashSet<>();
      default -> throw invalid("a node of a graph is a list, a map or a set");
    };
  }

  @SuppressWarnings("unchecked")
  private void fillNode(MsgpackReader payload, Object node, int depth) {
    if (node instanceof List<?>) {
      fill(payload, (List<Object>) node, depth);
    } else if (node instanceof Map<?, ?>) {
      fill(payload, (Map<Object, Object>) node, depth);
    } else {
      if (payload.readExtensionHeader().type() != Extensions.SET) {
        throw invalid("a node of a graph is a list, a map or a set");
      }
      fill(payload, (Set<Object>) node, depth);
    }
  }

  private Object back(MsgpackReader payload) {
    long index = payload.readLong();
    if (nodes == null || index < 0 || index >= nodes.size()) {
      throw invalid("a back reference to node " + index + ", which is not there");
    }
    return nodes.get((int) index);
  }
}

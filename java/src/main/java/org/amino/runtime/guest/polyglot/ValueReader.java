package org.amino.runtime.guest.polyglot;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.amino.runtime.wire.ErrorPayload;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.MsgpackType;
import org.amino.runtime.wire.Protocol;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.Protocol.Outcome;
import org.amino.runtime.wire.Repetitions;
import org.amino.runtime.wire.ValueRules;
import org.amino.runtime.wire.WireException;
import org.graalvm.polyglot.Value;

/**
 * Reads one encoded value and builds the guest's own: arrays, maps and strings of the language, not views of Java's. One reader serves one
 * value, since it holds the nodes of the value's graph.
 */
final class ValueReader {
  private static final int DEPTH = Protocol.DEPTH_LIMIT;
  /** Arguments of one call into a prelude; a longer container is built in pieces. */
  private static final int PIECE = 1024;

  private final Builders builders;
  private Value[] nodes;

  ValueReader(Builders builders) {
    this.builders = builders;
  }

  /** Reads one value: a boxed primitive or String, or a guest's value. */
  Object read(MsgpackReader in) {
    return read(in, 0);
  }

  private Object read(MsgpackReader in, int depth) {
    switch (in.peekType()) {
      case NIL:
        in.readNil();
        return builders.nothing();
      case BOOLEAN:
        return in.readBoolean();
      case INTEGER:
        return in.isLong() ? builders.integer(in.readLong()) : big(in);
      case DOUBLE:
        return in.readDouble();
      case STRING:
        return builders.string(in.readString());
      case BYTES:
        return builders.bytes(in.readBytes());
      case ARRAY:
        return fillList(in, null, deeper(depth));
      case MAP:
        return fillMap(in, null, deeper(depth));
      default:
        return extension(in, depth);
    }
  }

  private static int deeper(int depth) {
    if (depth >= DEPTH) {
      throw new WireException(Code.VALUE_INVALID, "a value is nested deeper than " + DEPTH + " levels; flatten it");
    }
    return depth + 1;
  }

  private Object big(MsgpackReader in) {
    BigInteger value = in.readBigInteger();
    return value.bitLength() < 64 ? builders.integer(value.longValue()) : builders.big(value);
  }

  /** Into a container that is there already (a node of a graph), or into a new one. */
  private Value fillList(MsgpackReader in, Value into, int depth) {
    int size = in.readArrayHeader();
    Value list = into;
    int done = 0;
    do {
      Object[] piece = items(in, Math.min(size - done, PIECE), depth, list);
      list = list == null ? builders.list(piece) : builders.append(list, piece);
      done += PIECE;
    } while (done < size);
    return list;
  }

  private Object[] items(MsgpackReader in, int count, int depth, Value target) {
    int first = target == null ? 0 : 1;
    Object[] items = new Object[first + count];
    if (target != null) {
      items[0] = target;
    }
    for (int i = first; i < items.length; i++) {
      items[i] = read(in, depth);
    }
    return items;
  }

  private Value fillSet(MsgpackReader in, Value into, int depth) {
    int size = in.readArrayHeader();
    int at = in.position();
    Repetitions elements = new Repetitions();
    for (int i = 0; i < size; i++) {
      elements.refuse(in);
      in.skip();
    }
    in.seek(at);
    Value set = into == null ? builders.set(new Object[0]) : into;
    for (int done = 0; done < size; done += PIECE) {
      builders.add(items(in, Math.min(size - done, PIECE), depth, set));
    }
    in.requireEnd();
    return set;
  }

  private Value fillMap(MsgpackReader in, Value into, int depth) {
    int at = in.position();
    int pairs = in.readMapHeader();
    if (into == null && pairs <= PIECE / 2) {
      return builders.map(stringKeys(in, pairs), items(in, 2 * pairs, depth, null));
    }
    in.seek(at);
    Value map = into == null ? emptyMap(in) : into;
    in.seek(at);
    in.readMapHeader();
    for (int done = 0; done < pairs; done += PIECE / 2) {
      builders.put(items(in, 2 * Math.min(pairs - done, PIECE / 2), depth, map));
    }
    return map;
  }

  private Value emptyMap(MsgpackReader in) {
    int pairs = in.readMapHeader();
    return stringKeys(in, pairs) ? builders.emptyRecord(keys(in, pairs)) : builders.map(false, new Object[0]);
  }

  private static Object[] keys(MsgpackReader in, int pairs) {
    Object[] keys = new Object[pairs];
    for (int i = 0; i < pairs; i++) {
      keys[i] = in.readString();
      in.skip();
    }
    return keys;
  }

  /** Whether all keys are strings. Refuses those that no map may have. */
  private static boolean stringKeys(MsgpackReader in, int pairs) {
    int at = in.position();
    boolean all = true;
    Repetitions keys = new Repetitions();
    for (int i = 0; i < pairs; i++) {
      ValueRules.requireKey(in);
      keys.refuse(in);
      all &= in.peekType() == MsgpackType.STRING;
      in.skip();
      in.skip();
    }
    in.seek(at);
    return all;
  }

  private Object extension(MsgpackReader in, int depth) {
    int at = in.position();
    MsgpackReader.ExtensionHeader header = in.readExtensionHeader();
    switch (header.type()) {
      case Protocol.Extension.BIG_INTEGER:
        in.seek(at);
        return big(in);
      case Protocol.Extension.TIMESTAMP:
        return timestamp(in, header.length());
      case Protocol.Extension.DURATION:
        requireLength(header, 8);
        return builders.duration(signed(in, 8));
      case Protocol.Extension.SET:
        return fillSet(in.slice(header.length()), null, deeper(depth));
      case Protocol.Extension.REFERENCE:
        ValueRules.ReferenceParts parts = ValueRules.reference(in.slice(header.length()));
        return builders.reference(parts.id(), parts.className(), parts.epoch(), parts.address());
      case Protocol.Extension.ERROR:
        MsgpackReader payload = in.slice(header.length());
        Value error = error(payload, depth);
        payload.requireEnd();
        return error;
      case Protocol.Extension.NAMED:
        return named(in.slice(header.length()), deeper(depth));
      case Protocol.Extension.GRAPH:
        return graph(in.slice(header.length()), depth);
      case Protocol.Extension.BACK_REFERENCE:
        return back(in.slice(header.length()));
      default:
        throw new WireException(Code.VALUE_INVALID, "extension " + header.type() + " is no value (docs/wire.md, section 1)");
    }
  }

  private static void requireLength(MsgpackReader.ExtensionHeader header, int length) {
    if (header.length() != length) {
      throw new WireException(Code.VALUE_INVALID, "extension " + header.type() + " has " + header.length() + " bytes instead of " + length);
    }
  }

  private static long signed(MsgpackReader in, int size) {
    return new BigInteger(in.readRaw(size)).longValue();
  }

  private Value timestamp(MsgpackReader in, int length) {
    long nanos;
    long seconds;
    if (length == 4) {
      nanos = 0;
      seconds = signed(in, 4) & 0xffffffffL;
    } else if (length == 8) {
      long both = signed(in, 8);
      nanos = both >>> 34;
      seconds = both & 0x3ffffffffL;
    } else if (length == 12) {
      nanos = signed(in, 4) & 0xffffffffL;
      seconds = signed(in, 8);
    } else {
      throw new WireException(Code.VALUE_INVALID, "a timestamp has 4, 8 or 12 bytes, not " + length);
    }
    if (nanos > 999_999_999L) {
      throw new WireException(Code.VALUE_INVALID, "a timestamp has " + nanos + " nanoseconds, more than a second");
    }
    if (Math.abs(seconds) > 1L << 53) {
      throw new WireException(Code.VALUE_INVALID, "a timestamp of " + seconds + " s since 1970 is beyond every calendar");
    }
    return builders.timestamp(seconds, (int) nanos);
  }

  /** What a value of a class was saved as is a value of its own, with a graph of its own. */
  private Object named(MsgpackReader payload, int depth) {
    String name = ValueRules.name(payload);
    Value[] around = nodes;
    nodes = null;
    Object value = read(payload, depth);
    nodes = around;
    payload.requireEnd();
    return builders.named(name, value);
  }

  /** An error payload as a guest's value. */
  Value error(MsgpackReader in, int depth) {
    int size = in.readArrayHeader();
    if (size < 3) {
      throw new WireException(Code.VALUE_INVALID, "an error has code, type and message; this one has " + size + " parts");
    }
    int inner = deeper(depth);
    Object[] texts = {in.readString(), in.readString(), in.readString(), size > 3 ? in.readString() : ""};
    Object details = size > 4 ? read(in, inner) : builders.map(true, new Object[0]);
    Object cause = size < 6 ? builders.nothing() : in.isNil() ? read(in, inner) : error(in, inner);
    Outcome outcome = ErrorPayload.outcome(in, size, (String) texts[0]);
    List<Value> members = ErrorPayload.errors(in, size, DEPTH, () -> error(in, inner));
    Object hop = ErrorPayload.hop(in, size, () -> read(in, inner), builders.nothing());
    return builders.error(texts, details, cause, outcome, members, hop);
  }

  /** All containers are made before the first is filled, so that each may hold any other. */
  private Object graph(MsgpackReader in, int depth) {
    if (nodes != null) {
      throw new WireException(Code.VALUE_INVALID, "a graph inside a graph is no value");
    }
    int size = in.readArrayHeader();
    if (size == 0) {
      throw new WireException(Code.VALUE_INVALID, "a graph has no nodes");
    }
    List<MsgpackReader> contents = new ArrayList<>(size);
    nodes = new Value[size];
    for (int i = 0; i < size; i++) {
      int from = in.position();
      in.skip();
      MsgpackReader content = new MsgpackReader(in.buffer(), from, in.position());
      nodes[i] = shell(content, i == 0);
      contents.add(content);
    }
    in.requireEnd();
    for (int i = nodes[0] == null ? 1 : 0; i < size; i++) {
      fill(contents.get(i), nodes[i], deeper(depth));
    }
    Object root = nodes[0] == null ? read(contents.get(0), depth) : nodes[0];
    nodes = null;
    return root;
  }

  /** The empty container that a node will be; null for a value that is none, such as an error, which may be the first node. */
  private Value shell(MsgpackReader content, boolean first) {
    int at = content.position();
    Value empty = null;
    if (content.peekType() == MsgpackType.ARRAY) {
      empty = builders.list(new Object[0]);
    } else if (content.peekType() == MsgpackType.MAP) {
      empty = emptyMap(content);
    } else if (content.peekType() == MsgpackType.EXTENSION && content.readExtensionHeader().type() == Protocol.Extension.SET) {
      empty = builders.set(new Object[0]);
    } else if (!first) {
      throw new WireException(Code.VALUE_INVALID, "a node of a graph is a list, a map or a set");
    }
    content.seek(at);
    return empty;
  }

  private void fill(MsgpackReader content, Value node, int depth) {
    switch (content.peekType()) {
      case ARRAY -> fillList(content, node, depth);
      case MAP -> fillMap(content, node, depth);
      default -> {
        content.readExtensionHeader();
        fillSet(content, node, depth);
      }
    }
  }

  private Value back(MsgpackReader in) {
    long index = in.readLong();
    in.requireEnd();
    if (nodes == null || index < 0 || index >= nodes.length || nodes[(int) index] == null) {
      throw new WireException(Code.VALUE_INVALID, "a back reference to node " + index + ", which is not there");
    }
    return nodes[(int) index];
  }
}

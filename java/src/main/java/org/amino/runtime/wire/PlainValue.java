package org.amino.runtime.wire;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.amino.runtime.wire.Protocol.Code;

/**
 * Plain Java data on the wire: null, Boolean, Long, BigInteger, Double, String, byte[], List, Map, and {@link EncodedValue} for every other
 * extension. Used for options, error details and operations; guests' values go through their language's own codec.
 */
public final class PlainValue {
  private PlainValue() {}

  /**
   * Writes one value.
   *
   * @throws WireException VALUE_INVALID for a class that is not in the list, or for more than 200 levels
   */
  public static void write(MsgpackWriter out, Object value) {
    write(out, value, 0);
  }

  private static void write(MsgpackWriter out, Object value, int depth) {
    if (depth > Protocol.DEPTH_LIMIT) {
      throw tooDeep();
    }
    if (value == null) {
      out.writeNil();
    } else if (value instanceof String text) {
      out.writeString(text);
    } else if (value instanceof Boolean bool) {
      out.writeBoolean(bool);
    } else if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte) {
      out.writeLong(((Number) value).longValue());
    } else if (value instanceof Double || value instanceof Float) {
      out.writeDouble(((Number) value).doubleValue());
    } else if (value instanceof BigInteger big) {
      out.writeBigInteger(big);
    } else if (value instanceof byte[] bytes) {
      out.writeBytes(bytes);
    } else if (value instanceof EncodedValue encoded) {
      out.writeRaw(encoded.bytes());
    } else if (value instanceof List<?> list) {
      out.writeArrayHeader(list.size());
      for (Object element : list) {
        write(out, element, depth + 1);
      }
    } else if (value instanceof Map<?, ?> map) {
      out.writeMapHeader(map.size());
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        write(out, entry.getKey(), depth + 1);
        write(out, entry.getValue(), depth + 1);
      }
    } else {
      throw new WireException(Code.VALUE_INVALID, "a " + value.getClass().getName() + " cannot travel");
    }
  }

  /** The encoding of one value. */
  public static byte[] encode(Object value) {
    MsgpackWriter out = new MsgpackWriter();
    write(out, value);
    return out.toByteArray();
  }

  /** Reads one value. */
  public static Object read(MsgpackReader in) {
    return read(in, 0);
  }

  private static Object read(MsgpackReader in, int depth) {
    if (depth > Protocol.DEPTH_LIMIT) {
      throw tooDeep();
    }
    switch (in.peekType()) {
      case NIL:
        in.readNil();
        return null;
      case BOOLEAN:
        return in.readBoolean();
      case INTEGER:
        return in.isLong() ? (Object) in.readLong() : in.readBigInteger();
      case DOUBLE:
        return in.readDouble();
      case STRING:
        return in.readString();
      case BYTES:
        return in.readBytes();
      case ARRAY:
        return readList(in, depth);
      case MAP:
        return readMap(in, depth);
      default:
        return readExtension(in);
    }
  }

  private static List<Object> readList(MsgpackReader in, int depth) {
    int size = in.readArrayHeader();
    List<Object> list = new ArrayList<>(Math.min(size, 1024));
    for (int i = 0; i < size; i++) {
      list.add(read(in, depth + 1));
    }
    return list;
  }

  private static Map<Object, Object> readMap(MsgpackReader in, int depth) {
    int size = in.readMapHeader();
    Map<Object, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < size; i++) {
      Object key = read(in, depth + 1);
      map.put(key, read(in, depth + 1));
    }
    return map;
  }

  private static Object readExtension(MsgpackReader in) {
    int from = in.position();
    MsgpackReader.ExtensionHeader header = in.readExtensionHeader();
    in.seek(from);
    return header.type() == Protocol.Extension.BIG_INTEGER ? in.readBigInteger() : EncodedValue.read(in);
  }

  private static WireException tooDeep() {
    return new WireException(Code.VALUE_INVALID, "a value may have " + Protocol.DEPTH_LIMIT + " levels of nesting");
  }
}

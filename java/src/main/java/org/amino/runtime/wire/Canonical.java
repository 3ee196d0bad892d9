package org.amino.runtime.wire;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Values of which equal ones have equal bytes: one pattern of bits for NaN, which engines otherwise give as it comes, and sets in the order
 * of their elements' bytes.
 */
public final class Canonical {
  private static final long NAN = 0x7ff8000000000000L;
  private static final int NAN_SHORT = 0x7fc00000;
  private static final int DOUBLE = 0xcb;
  private static final int FLOAT = 0xca;

  private Canonical() {}

  /** Gives every NaN in encoded values, one behind another, the same bits. */
  public static void numbers(byte[] buffer, int from, int to) {
    MsgpackReader in = new MsgpackReader(buffer, from, to);
    while (in.remaining() > 0) {
      int at = in.position();
      switch (in.peekType()) {
        case ARRAY -> in.readArrayHeader();
        case MAP -> in.readMapHeader();
        case EXTENSION -> {
          MsgpackReader.ExtensionHeader header = in.readExtensionHeader();
          if (!holdsValues(header.type())) {
            in.seek(in.position() + header.length());
          }
        }
        case DOUBLE -> {
          in.skip();
          number(buffer, at);
        }
        default -> in.skip();
      }
    }
  }

  private static boolean holdsValues(int extension) {
    return switch (extension) {
      case Protocol.Extension.SET, Protocol.Extension.ERROR, Protocol.Extension.GRAPH, Protocol.Extension.RAISED, Protocol.Extension.NAMED -> true;
      default -> false;
    };
  }

  private static void number(byte[] buffer, int at) {
    int head = buffer[at] & 0xff;
    if (head == DOUBLE && Double.isNaN(Double.longBitsToDouble(big(buffer, at + 1, 8)))) {
      put(buffer, at + 1, NAN, 8);
    } else if (head == FLOAT && Float.isNaN(Float.intBitsToFloat((int) big(buffer, at + 1, 4)))) {
      put(buffer, at + 1, NAN_SHORT, 4);
    }
  }

  /** The same in a column of doubles without heads. */
  public static void column(byte[] column, boolean littleEndian) {
    for (int at = 0; at + 8 <= column.length; at += 8) {
      long bits = big(column, at, 8);
      if (Double.isNaN(Double.longBitsToDouble(littleEndian ? Long.reverseBytes(bits) : bits))) {
        put(column, at, littleEndian ? Long.reverseBytes(NAN) : NAN, 8);
      }
    }
  }

  private static long big(byte[] buffer, int at, int width) {
    long word = 0;
    for (int i = 0; i < width; i++) {
      word = word << 8 | buffer[at + i] & 0xff;
    }
    return word;
  }

  private static void put(byte[] buffer, int at, long word, int width) {
    for (int i = 0; i < width; i++) {
      buffer[at + i] = (byte) (word >>> 8 * (width - 1 - i));
    }
  }

  /** The bytes of the value at the reader's position: numbers as above, maps and lists in their order, sets sorted by their elements' bytes. */
  public static byte[] value(MsgpackReader in) {
    int from = in.position();
    in.skip();
    byte[] whole = Arrays.copyOfRange(in.buffer(), from, in.position());
    numbers(whole, 0, whole.length);
    MsgpackWriter out = new MsgpackWriter(whole.length + 16, Integer.MAX_VALUE);
    write(new MsgpackReader(whole), out);
    return out.toByteArray();
  }

  private static void write(MsgpackReader in, MsgpackWriter out) {
    int from = in.position();
    switch (in.peekType()) {
      case ARRAY -> {
        int size = in.readArrayHeader();
        out.writeArrayHeader(size);
        items(in, out, size);
      }
      case MAP -> {
        int pairs = in.readMapHeader();
        out.writeMapHeader(pairs);
        items(in, out, 2 * pairs);
      }
      case EXTENSION -> extension(in, out);
      default -> {
        in.skip();
        out.writeRaw(in.buffer(), from, in.position() - from);
      }
    }
  }

  private static void items(MsgpackReader in, MsgpackWriter out, int count) {
    for (int i = 0; i < count; i++) {
      write(in, out);
    }
  }

  private static void extension(MsgpackReader in, MsgpackWriter out) {
    int from = in.position();
    MsgpackReader.ExtensionHeader header = in.readExtensionHeader();
    if (!holdsValues(header.type())) {
      in.seek(in.position() + header.length());
      out.writeRaw(in.buffer(), from, in.position() - from);
      return;
    }
    int mark = out.beginExtension();
    int end = in.position() + header.length();
    if (header.type() == Protocol.Extension.SET) {
      set(in, out);
    }
    while (in.position() < end) {
      write(in, out);
    }
    out.endExtension(mark, header.type());
  }

  private static void set(MsgpackReader in, MsgpackWriter out) {
    int size = in.readArrayHeader();
    List<byte[]> elements = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      MsgpackWriter element = new MsgpackWriter();
      write(in, element);
      elements.add(element.toByteArray());
    }
    elements.sort(Arrays::compareUnsigned);
    out.writeArrayHeader(size);
    elements.forEach(out::writeRaw);
  }
}

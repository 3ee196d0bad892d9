package org.amino.runtime.wire;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import org.amino.runtime.wire.Protocol.Code;

/**
 * Reads msgpack from part of a byte array. Every length is checked against the end before anything is allocated or skipped, so truncated
 * and hostile input ends in a {@link WireException} (FRAME_INVALID), and an item of another type than asked for in one with VALUE_INVALID.
 * Not thread-safe.
 */
public final class MsgpackReader extends MsgpackCursor {
  /** What stands before an extension's payload. */
  public record ExtensionHeader(int type, int length) {}

  /** Reads {@code buffer[offset … end)}. */
  public MsgpackReader(byte[] buffer, int offset, int end) {
    super(buffer, offset, end);
  }

  public MsgpackReader(byte[] buffer) {
    this(buffer, 0, buffer.length);
  }

  /** The type of the next item, which stays unread. */
  public MsgpackType peekType() {
    need(1);
    MsgpackType type = MsgpackType.of(buffer[position]);
    if (type == null) {
      throw new WireException(Code.FRAME_INVALID, "byte 0xc1 at " + position + " begins no msgpack item");
    }
    return type;
  }

  /** Whether an integer is next. */
  public boolean isInteger() {
    if (position >= end) {
      return false;
    }
    int head = buffer[position] & 0xff;
    return head < 0x80 || head >= 0xe0 || head >= 0xcc && head <= 0xd3;
  }

  public boolean isNil() {
    need(1);
    return buffer[position] == (byte) 0xc0;
  }

  public void readNil() {
    if (!isNil()) {
      throw unexpected("nil");
    }
    position++;
  }

  public boolean readBoolean() {
    need(1);
    int first = buffer[position] & 0xff;
    if (first != 0xc2 && first != 0xc3) {
      throw unexpected("a boolean");
    }
    position++;
    return first == 0xc3;
  }

  /** Whether the next item is an integer between −2^63 and 2^63−1. */
  public boolean isLong() {
    if (peekType() != MsgpackType.INTEGER) {
      return false;
    }
    return buffer[position] != (byte) 0xcf || remaining() < 2 || buffer[position + 1] >= 0;
  }

  /** An integer between −2^63 and 2^63−1. */
  public long readLong() {
    need(1);
    byte first = buffer[position];
    if (first >= -32) {
      position++;
      return first;
    }
    int at = position + 1;
    switch (first & 0xff) {
      case 0xcc:
        advance(2);
        return buffer[at] & 0xff;
      case 0xcd:
        advance(3);
        return (short) SHORT.get(buffer, at) & 0xffff;
      case 0xce:
        advance(5);
        return (int) INT.get(buffer, at) & 0xffffffffL;
      case 0xd0:
        advance(2);
        return buffer[at];
      case 0xd1:
        advance(3);
        return (short) SHORT.get(buffer, at);
      case 0xd2:
        advance(5);
        return (int) INT.get(buffer, at);
      case 0xcf:
        if (!isLong()) {
          throw unexpected("an integer below 2^63");
        }
        advance(9);
        return (long) LONG.get(buffer, at);
      case 0xd3:
        advance(9);
        return (long) LONG.get(buffer, at);
      default:
        throw unexpected("an integer");
    }
  }

  /** An integer between −2^31 and 2^31−1. */
  public int readInt() {
    int at = position;
    long value = readLong();
    if (value != (int) value) {
      position = at;
      throw unexpected("a 32-bit integer");
    }
    return (int) value;
  }

  /** An integer of any size: msgpack's own or extension 1. */
  public BigInteger readBigInteger() {
    if (peekType() == MsgpackType.EXTENSION) {
      int at = position;
      ExtensionHeader header = readExtensionHeader();
      if (header.type() != Protocol.Extension.BIG_INTEGER || header.length() == 0) {
        position = at;
        throw unexpected("an integer");
      }
      position += header.length();
      return new BigInteger(buffer, position - header.length(), header.length());
    }
    if (peekType() == MsgpackType.INTEGER && !isLong()) {
      advance(9);
      return new BigInteger(1, buffer, position - 8, 8);
    }
    return BigInteger.valueOf(readLong());
  }

  public double readDouble() {
    need(1);
    int at = position + 1;
    if (buffer[position] == (byte) 0xcb) {
      advance(9);
      return Double.longBitsToDouble((long) LONG.get(buffer, at));
    }
    if (buffer[position] == (byte) 0xca) {
      advance(5);
      return Float.intBitsToFloat((int) INT.get(buffer, at));
    }
    throw unexpected("a double");
  }

  /** Reads the length of a string and stops before its bytes, which are all there. */
  public int readStringHeader() {
    need(1);
    int first = buffer[position] & 0xff;
    if ((first & 0xe0) == 0xa0) {
      return checkedLength(1, first & 0x1f);
    }
    return switch (first) {
      case 0xd9 -> sized(1, "string");
      case 0xda -> sized(2, "string");
      case 0xdb -> sized(4, "string");
      default -> throw unexpected("a string");
    };
  }

  /** A string. Bytes that are not UTF-8 are refused. */
  public String readString() {
    int length = readStringHeader();
    int at = position;
    position += length;
    String text = new String(buffer, at, length, StandardCharsets.UTF_8);
    if (text.indexOf('\ufffd') >= 0) {
      requireUtf8(at, length);
    }
    return text;
  }

  /** Reads the length of a byte string and stops before its bytes, which are all there. */
  public int readBytesHeader() {
    need(1);
    return switch (buffer[position] & 0xff) {
      case 0xc4 -> sized(1, "bytes");
      case 0xc5 -> sized(2, "bytes");
      case 0xc6 -> sized(4, "bytes");
      default -> throw unexpected("bytes");
    };
  }

  public byte[] readBytes() {
    return readRaw(readBytesHeader());
  }

  /** The number of elements that follow; never more than there are bytes left. */
  public int readArrayHeader() {
    need(1);
    int first = buffer[position] & 0xff;
    if ((first & 0xf0) == 0x90) {
      return checkedLength(1, first & 0x0f);
    }
    return switch (first) {
      case 0xdc -> sized(2, "array");
      case 0xdd -> sized(4, "array");
      default -> throw unexpected("an array");
    };
  }

  /** The number of pairs that follow; never more than half the bytes left. */
  public int readMapHeader() {
    need(1);
    int first = buffer[position] & 0xff;
    int at = position;
    int pairs;
    if ((first & 0xf0) == 0x80) {
      pairs = checkedLength(1, first & 0x0f);
    } else if (first == 0xde) {
      pairs = sized(2, "map");
    } else if (first == 0xdf) {
      pairs = sized(4, "map");
    } else {
      throw unexpected("a map");
    }
    if (pairs > remaining() / 2) {
      position = at;
      throw truncated(2L * pairs, "map");
    }
    return pairs;
  }

  /** Reads type and length and stops before the payload, which is all there. */
  public ExtensionHeader readExtensionHeader() {
    need(1);
    int first = buffer[position] & 0xff;
    int lengthBytes;
    int fixed = 0;
    switch (first) {
      case 0xc7 -> lengthBytes = 1;
      case 0xc8 -> lengthBytes = 2;
      case 0xc9 -> lengthBytes = 4;
      case 0xd4, 0xd5, 0xd6, 0xd7, 0xd8 -> {
        lengthBytes = 0;
        fixed = 1 << (first - 0xd4);
      }
      default -> throw unexpected("an extension");
    }
    need(2 + lengthBytes);
    long length = lengthBytes == 0 ? fixed : unsigned(position + 1, lengthBytes);
    int type = buffer[position + 1 + lengthBytes];
    if (length > remaining() - 2 - lengthBytes) {
      throw truncated(length, "extension");
    }
    position += 2 + lengthBytes;
    return new ExtensionHeader(type, (int) length);
  }

  /** A reader over the next bytes, which this one passes over: for the payload of an extension. */
  public MsgpackReader slice(int length) {
    if (length < 0 || length > remaining()) {
      throw truncated(length, "payload");
    }
    position += length;
    return new MsgpackReader(buffer, position - length, position);
  }

  /** Passes over one item with all that it contains. Needs neither stack nor memory, however deep the item is. */
  public void skip() {
    long items = 1;
    while (items > 0) {
      if (items > remaining()) {
        throw truncated(items, "items");
      }
      items += skipOne() - 1;
    }
  }

  /** Passes over one item without its children, and returns how many items those are. */
  private long skipOne() {
    byte first = buffer[position];
    if (first >= -32) {
      position++;
      return 0;
    }
    switch (peekType()) {
      case NIL, BOOLEAN -> position++;
      case INTEGER, DOUBLE -> advance(fixedSize(first & 0xff));
      case STRING -> pass(readStringHeader());
      case BYTES -> pass(readBytesHeader());
      case EXTENSION -> pass(readExtensionHeader().length());
      case ARRAY -> {
        return readArrayHeader();
      }
      case MAP -> {
        return 2L * readMapHeader();
      }
    }
    return 0;
  }

  /** Not `position += header()`: Java would take the position before the header was read. */
  private void pass(int length) {
    position += length;
  }
}

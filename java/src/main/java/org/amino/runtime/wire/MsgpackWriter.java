package org.amino.runtime.wire;

import java.math.BigInteger;
import org.amino.runtime.wire.Protocol.Code;

/**
 * Writes msgpack into a growing byte array, each item in its shortest form. What would pass the limit is refused with VALUE_INVALID, so one
 * oversized value cannot end the process. Not thread-safe.
 */
public final class MsgpackWriter extends MsgpackBuffer {
  private static final BigInteger LONG_MIN = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger LONG_MAX = BigInteger.valueOf(Long.MAX_VALUE);
  /** Longest header of an extension: 0xc9, four bytes of length, the type. */
  private static final int EXTENSION_HEADER = 6;

  /**
   * @param capacity bytes to begin with
   * @param limit bytes it may grow to
   */
  public MsgpackWriter(int capacity, int limit) {
    super(capacity, limit);
  }

  /** A writer for one value: at most a frame's size. */
  public MsgpackWriter() {
    this(256, Protocol.FRAME_LIMIT);
  }

  public void writeNil() {
    putByte(0xc0);
  }

  public void writeBoolean(boolean value) {
    putByte(value ? 0xc3 : 0xc2);
  }

  public void writeLong(long value) {
    need(9);
    if (value >= -32 && value < 128) {
      buffer[position++] = (byte) value;
    } else if (value >= 0) {
      writeUnsigned(value);
    } else {
      writeNegative(value);
    }
  }

  private void writeUnsigned(long value) {
    if (value < 1L << 8) {
      head(0xcc);
      buffer[position++] = (byte) value;
    } else if (value < 1L << 16) {
      head(0xcd);
      putShort((short) value);
    } else if (value < 1L << 32) {
      head(0xce);
      putInt((int) value);
    } else {
      head(0xcf);
      putLong(value);
    }
  }

  private void writeNegative(long value) {
    if (value >= Byte.MIN_VALUE) {
      head(0xd0);
      buffer[position++] = (byte) value;
    } else if (value >= Short.MIN_VALUE) {
      head(0xd1);
      putShort((short) value);
    } else if (value >= Integer.MIN_VALUE) {
      head(0xd2);
      putInt((int) value);
    } else {
      head(0xd3);
      putLong(value);
    }
  }

  /** An integer of any size: msgpack's own where it fits 64 bits signed, else extension 1. */
  public void writeBigInteger(BigInteger value) {
    if (value.compareTo(LONG_MIN) >= 0 && value.compareTo(LONG_MAX) <= 0) {
      writeLong(value.longValue());
    } else {
      writeExtension(Protocol.Extension.BIG_INTEGER, value.toByteArray());
    }
  }

  public void writeDouble(double value) {
    need(9);
    head(0xcb);
    putLong(Double.doubleToRawLongBits(value));
  }

  /**
   * A string.
   *
   * @throws WireException VALUE_INVALID for a lone surrogate
   */
  public void writeString(String text) {
    int length = utf8Length(text);
    writeStringHeader(length);
    need(length);
    if (length == text.length()) {
      ascii(text);
    } else {
      utf8(text);
    }
  }

  @SuppressWarnings("deprecation")
  private void ascii(String text) {
    // The deprecated form copies the low bytes without an intermediate array; exact for ASCII.
    text.getBytes(0, text.length(), buffer, position);
    position += text.length();
  }

  private void utf8(String text) {
    byte[] into = buffer;
    int at = position;
    for (int i = 0; i < text.length(); i++) {
      int c = text.charAt(i);
      if (c < 0x80) {
        into[at++] = (byte) c;
      } else if (c < 0x800) {
        into[at++] = (byte) (0xc0 | c >> 6);
        into[at++] = (byte) (0x80 | c & 0x3f);
      } else if (!Character.isSurrogate((char) c)) {
        into[at++] = (byte) (0xe0 | c >> 12);
        into[at++] = (byte) (0x80 | c >> 6 & 0x3f);
        into[at++] = (byte) (0x80 | c & 0x3f);
      } else {
        int point = Character.toCodePoint((char) c, text.charAt(++i));
        into[at++] = (byte) (0xf0 | point >> 18);
        into[at++] = (byte) (0x80 | point >> 12 & 0x3f);
        into[at++] = (byte) (0x80 | point >> 6 & 0x3f);
        into[at++] = (byte) (0x80 | point & 0x3f);
      }
    }
    position = at;
  }

  private int utf8Length(String text) {
    long length = text.length();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        continue;
      }
      if (c < 0x800) {
        length++;
      } else if (!Character.isSurrogate(c)) {
        length += 2;
      } else if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
        length += 2;
        i++;
      } else {
        throw new WireException(Code.VALUE_INVALID, String.format("a string with the lone surrogate U+%04X at index %d cannot travel", (int) c, i));
      }
    }
    return length > limit ? limit + 1 : (int) length;
  }

  /** The header alone, for callers that put the bytes themselves with {@link #writeRaw}. */
  public void writeStringHeader(int length) {
    need(5);
    if (length < 32) {
      head(0xa0 | length);
    } else if (length < 1 << 8) {
      head(0xd9);
      buffer[position++] = (byte) length;
    } else {
      header16or32(0xda, 0xdb, length);
    }
  }

  public void writeBytes(byte[] bytes) {
    writeBytes(bytes, 0, bytes.length);
  }

  public void writeBytes(byte[] bytes, int offset, int length) {
    writeBytesHeader(length);
    writeRaw(bytes, offset, length);
  }

  /** The header alone, for callers that put the bytes themselves with {@link #writeRaw}. */
  public void writeBytesHeader(int length) {
    need(5);
    if (length < 1 << 8) {
      head(0xc4);
      buffer[position++] = (byte) length;
    } else {
      header16or32(0xc5, 0xc6, length);
    }
  }

  public void writeArrayHeader(int length) {
    need(5);
    if (length < 16) {
      head(0x90 | length);
    } else {
      header16or32(0xdc, 0xdd, length);
    }
  }

  public void writeMapHeader(int pairs) {
    need(5);
    if (pairs < 16) {
      head(0x80 | pairs);
    } else {
      header16or32(0xde, 0xdf, pairs);
    }
  }

  public void writeExtension(int type, byte[] payload) {
    extensionHeader(type, payload.length);
    writeRaw(payload, 0, payload.length);
  }

  /** Begins an extension whose payload is written next; give the result to {@link #endExtension}. */
  public int beginExtension() {
    need(EXTENSION_HEADER);
    int mark = position;
    position += EXTENSION_HEADER;
    return mark;
  }

  /** Puts the header before the bytes written since {@link #beginExtension}. */
  public void endExtension(int mark, int type) {
    int from = mark + EXTENSION_HEADER;
    int length = position - from;
    position = mark;
    extensionHeader(type, length);
    System.arraycopy(buffer, from, buffer, position, length);
    position += length;
  }

  private void extensionHeader(int type, int length) {
    need(EXTENSION_HEADER);
    if (length > 0 && length <= 16 && Integer.bitCount(length) == 1) {
      head(0xd4 + Integer.numberOfTrailingZeros(length));
    } else if (length < 1 << 8) {
      head(0xc7);
      buffer[position++] = (byte) length;
    } else {
      header16or32(0xc8, 0xc9, length);
    }
    buffer[position++] = (byte) type;
  }
}

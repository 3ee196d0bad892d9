package org.amino.runtime.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.amino.runtime.wire.Protocol.Code;

/** A position in part of a byte array, which no length that is announced there can lead beyond the end. */
abstract sealed class MsgpackCursor permits MsgpackReader {
  static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  byte[] buffer;
  int position;
  int end;

  MsgpackCursor(byte[] buffer, int offset, int end) {
    reset(buffer, offset, end);
  }

  /** Points this reader at other bytes, so that a hot loop needs only one. */
  public final void reset(byte[] buffer, int offset, int end) {
    if (offset < 0 || end < offset || end > buffer.length) {
      throw new IndexOutOfBoundsException("offset " + offset + ", end " + end + " in " + buffer.length + " bytes");
    }
    this.buffer = buffer;
    this.position = offset;
    this.end = end;
  }

  public final byte[] buffer() {
    return buffer;
  }

  public final int position() {
    return position;
  }

  public final int end() {
    return end;
  }

  public final int remaining() {
    return end - position;
  }

  /** Moves to an absolute position in the buffer. */
  public final void seek(int newPosition) {
    if (newPosition < 0 || newPosition > end) {
      throw new IndexOutOfBoundsException("position " + newPosition + " of " + end);
    }
    position = newPosition;
  }

  /** The next bytes as they are, for instance an extension's payload. */
  public final byte[] readRaw(int length) {
    if (length < 0 || length > remaining()) {
      throw truncated(length, "raw bytes");
    }
    position += length;
    return Arrays.copyOfRange(buffer, position - length, position);
  }

  /** Refuses bytes behind the item that was read: the payload of an extension is one item and nothing else. */
  public final void requireEnd() {
    if (position != end) {
      throw new WireException(Code.VALUE_INVALID, "a value ends at byte " + position + ", and " + remaining() + " bytes follow it");
    }
  }

  final int sized(int lengthBytes, String what) {
    need(1 + lengthBytes);
    long length = unsigned(position + 1, lengthBytes);
    if (length > remaining() - 1 - lengthBytes) {
      throw truncated(length, what);
    }
    position += 1 + lengthBytes;
    return (int) length;
  }

  final int checkedLength(int header, int length) {
    if (length > remaining() - header) {
      throw truncated(length, "items or bytes");
    }
    position += header;
    return length;
  }

  final long unsigned(int at, int size) {
    return switch (size) {
      case 1 -> buffer[at] & 0xff;
      case 2 -> (short) SHORT.get(buffer, at) & 0xffff;
      default -> (int) INT.get(buffer, at) & 0xffffffffL;
    };
  }

  final void advance(int size) {
    need(size);
    position += size;
  }

  final void need(int size) {
    if (end - position < size) {
      throw truncated(size, "item");
    }
  }

  final WireException truncated(long announced, String what) {
    return new WireException(Code.FRAME_INVALID, what + " of size " + announced + " announced at byte " + position + ", but the data ends at " + end);
  }

  final WireException unexpected(String wanted) {
    String found = String.format("%s (0x%02x)", MsgpackType.of(buffer[position]), buffer[position] & 0xff);
    return new WireException(Code.VALUE_INVALID, "expected " + wanted + " at byte " + position + ", found " + found);
  }

  final void requireUtf8(int at, int length) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(buffer, at, length));
    } catch (CharacterCodingException e) {
      throw new WireException(Code.VALUE_INVALID, "the string at byte " + at + " is not valid UTF-8");
    }
  }

  static int fixedSize(int first) {
    return switch (first) {
      case 0xcc, 0xd0 -> 2;
      case 0xcd, 0xd1 -> 3;
      case 0xca, 0xce, 0xd2 -> 5;
      default -> 9;
    };
  }
}

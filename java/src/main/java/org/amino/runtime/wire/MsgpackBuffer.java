package org.amino.runtime.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.amino.runtime.wire.Protocol.Code;

/** A byte array that grows up to a limit, and the raw pieces that items are made of. */
abstract sealed class MsgpackBuffer permits MsgpackWriter {
  static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  byte[] buffer;
  int position;
  final int limit;


  MsgpackBuffer(int capacity, int limit) {
    this.buffer = new byte[Math.min(capacity, limit)];
    this.limit = limit;
  }

  public final byte[] buffer() {
    return buffer;
  }

  public final int position() {
    return position;
  }

  /** Cuts back to an earlier position. */
  public final void truncate(int newPosition) {
    if (newPosition < 0 || newPosition > position) {
      throw new IndexOutOfBoundsException("position " + newPosition + " of " + position);
    }
    position = newPosition;
  }

  /** Lets go of a large buffer after use, and begins anew. */
  public final void clear(int keepAtMost) {
    position = 0;
    if (buffer.length > keepAtMost) {
      buffer = new byte[keepAtMost];
    }
  }

  public final byte[] toByteArray() {
    return Arrays.copyOf(buffer, position);
  }

  /** Encoded items as they are. */
  public final void writeRaw(byte[] bytes, int offset, int length) {
    need(length);
    System.arraycopy(bytes, offset, buffer, position, length);
    position += length;
  }

  /** Encoded items as they are. */
  public final void writeRaw(byte[] bytes) {
    writeRaw(bytes, 0, bytes.length);
  }

  /** Leaves room for bytes that are put later, and returns where they begin. */
  public final int reserve(int size) {
    need(size);
    position += size;
    return position - size;
  }

  final void header16or32(int small, int large, int length) {
    if (length < 1 << 16) {
      head(small);
      putShort((short) length);
    } else {
      head(large);
      putInt(length);
    }
  }

  final void putByte(int value) {
    need(1);
    buffer[position++] = (byte) value;
  }

  final void head(int value) {
    buffer[position++] = (byte) value;
  }

  final void putShort(short value) {
    SHORT.set(buffer, position, value);
    position += 2;
  }

  final void putInt(int value) {
    INT.set(buffer, position, value);
    position += 4;
  }

  final void putLong(long value) {
    LONG.set(buffer, position, value);
    position += 8;
  }

  final void need(int size) {
    if (size > buffer.length - position) {
      grow(size);
    }
  }

  final void grow(int size) {
    long wanted = (long) position + size;
    if (wanted > limit) {
      String what = limit == Protocol.STATE_LIMIT
          ? "the state has more than " + limit + " bytes, which no state may have; keep less in one object"
          : "a value of more than " + limit + " bytes does not fit in a frame; pass it in parts";
      throw new WireException(Code.VALUE_INVALID, what);
    }
    buffer = Arrays.copyOf(buffer, (int) Math.min(limit, Math.max(wanted, 2L * buffer.length)));
  }
}

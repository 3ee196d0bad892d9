package org.amino.runtime.guest.wasm;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Reads the numbers and names of WebAssembly's binary format, one after the other. */
final class ModuleBytes {
  private final byte[] bytes;
  private final int end;
  private int at;

  ModuleBytes(byte[] bytes, int from, int end) {
    this.bytes = bytes;
    this.at = from;
    this.end = end;
  }

  int position() {
    return at;
  }

  boolean more() {
    return at < end;
  }

  int octet() {
    if (at >= end) {
      throw new Malformed("it ends in the middle");
    }
    return bytes[at++] & 0xff;
  }

  /** An unsigned number of at most 32 bits. */
  int number() {
    long value = leb();
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw new Malformed("a number is too large");
    }
    return (int) value;
  }

  /** Passes a number of either sign and any size. */
  void passNumber() {
    leb();
  }

  private long leb() {
    long value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      int octet = octet();
      value |= shift < 64 ? (long) (octet & 0x7f) << shift : 0;
      if ((octet & 0x80) == 0) {
        return value;
      }
    }
    throw new Malformed("a number has no end");
  }

  void pass(int size) {
    if (size < 0 || size > end - at) {
      throw new Malformed("it ends in the middle");
    }
    at += size;
  }

  String name() {
    int size = number();
    int from = at;
    pass(size);
    return new String(bytes, from, size, StandardCharsets.UTF_8);
  }

  /** The next octets as a reader of their own. */
  ModuleBytes part(int size) {
    int from = at;
    pass(size);
    return new ModuleBytes(bytes, from, from + size);
  }

  static void writeNumber(ByteArrayOutputStream out, int number) {
    int left = number;
    while (left >>> 7 != 0) {
      out.write(left & 0x7f | 0x80);
      left >>>= 7;
    }
    out.write(left);
  }

  static void writeName(ByteArrayOutputStream out, String name) {
    byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
    writeNumber(out, utf8.length);
    out.writeBytes(utf8);
  }

  /** The bytes are no module. */
  static final class Malformed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Malformed(String what) {
      super(what);
    }
  }
}

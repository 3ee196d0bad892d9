package org.amino.runtime.guest.c;

import java.util.Arrays;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.WireException;

/** A memory without its empty pages: a list of offsets and contents by turns. */
final class MemoryImage {
  private static final int PAGE = 4096;
  private static final long LARGEST = 1L << 32;

  private MemoryImage() {}

  static void write(MsgpackWriter out, byte[] memory) {
    int used = 0;
    for (int at = 0; at < memory.length; at += PAGE) {
      used += empty(memory, at) ? 0 : 1;
    }
    out.writeArrayHeader(2 * used);
    for (int at = 0; at < memory.length; at += PAGE) {
      if (!empty(memory, at)) {
        out.writeLong(at);
        out.writeBytes(memory, at, Math.min(PAGE, memory.length - at));
      }
    }
  }

  private static boolean empty(byte[] memory, int at) {
    return Arrays.mismatch(memory, at, Math.min(at + PAGE, memory.length), EMPTY, 0, Math.min(PAGE, memory.length - at)) < 0;
  }

  private static final byte[] EMPTY = new byte[PAGE];

  static byte[] read(MsgpackReader in, long size) {
    if (size < 0 || size >= LARGEST || size > Integer.MAX_VALUE - 16) {
      throw new WireException(Code.VALUE_INVALID, "a memory of " + size + " bytes cannot be restored");
    }
    byte[] memory = new byte[(int) size];
    int parts = in.readArrayHeader();
    for (int i = 0; i < parts; i += 2) {
      long at = in.readLong();
      byte[] page = in.readBytes();
      if (at < 0 || at + page.length > memory.length) {
        throw new WireException(Code.VALUE_INVALID, "a page at " + at + " lies outside the memory of " + size + " bytes");
      }
      System.arraycopy(page, 0, memory, (int) at, page.length);
    }
    return memory;
  }
}

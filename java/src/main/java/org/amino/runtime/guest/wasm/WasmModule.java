package org.amino.runtime.guest.wasm;

import java.util.Set;
import org.amino.runtime.guest.c.CModule;
import org.graalvm.polyglot.Value;

/** An instance with its linear memory. */
final class WasmModule implements CModule {
  private static final int PAGE = 65536;
  private final Value exports;
  private final Value memory;
  private final long stackAtRest;

  WasmModule(Value instance) {
    exports = instance.getMember("exports");
    memory = exports.getMember("memory");
    stackAtRest = stackTop();
  }

  @Override
  public Set<String> exports() {
    return exports.getMemberKeys();
  }

  @Override
  public Value function(String name) {
    return exports.getMember(name);
  }

  @Override
  public Object pointer(long address) {
    return (int) address;
  }

  @Override
  public long address(Value pointer) {
    return Integer.toUnsignedLong(pointer.asInt());
  }

  private void requireInside(long address, long size) {
    if (address < 0 || size < 0 || size > Integer.MAX_VALUE - 16 || address + size > memory.getBufferSize()) {
      throw new IllegalArgumentException(size + " bytes at " + address + " of " + memory.getBufferSize());
    }
  }

  @Override
  public byte[] read(long address, long size) {
    requireInside(address, size);
    byte[] bytes = new byte[(int) size];
    memory.readBuffer(address, bytes, 0, (int) size);
    return bytes;
  }

  @Override
  public void write(long address, byte[] bytes) {
    requireInside(address, bytes.length);
    int i = 0;
    for (; i + 8 <= bytes.length; i += 8) {
      memory.writeBufferLong(java.nio.ByteOrder.LITTLE_ENDIAN, address + i, littleEndian(bytes, i));
    }
    for (; i < bytes.length; i++) {
      memory.writeBufferByte(address + i, bytes[i]);
    }
  }

  private static long littleEndian(byte[] bytes, int at) {
    long word = 0;
    for (int i = 7; i >= 0; i--) {
      word = word << 8 | bytes[at + i] & 0xff;
    }
    return word;
  }

  @Override
  public long textSize(long address) {
    long end = memory.getBufferSize();
    for (long at = address; at >= 0 && at < end; at++) {
      if (memory.readBufferByte(at) == 0) {
        return at - address;
      }
    }
    throw new IllegalArgumentException("a string at " + address + " has no end");
  }

  @Override
  public byte[] memory() {
    return read(0, memory.getBufferSize());
  }

  @Override
  public void restoreMemory(byte[] bytes) {
    if (memory.getBufferSize() < bytes.length && function("amino_grow").execute((bytes.length + PAGE - 1) / PAGE).asInt() != 1) {
      throw new IllegalArgumentException("a state of " + bytes.length + " bytes is larger than the memory may grow");
    }
    write(0, bytes);
  }

  @Override
  public long stackTop() {
    Value top = exports.getMember("amino_stack");
    return top == null ? -1 : top.execute().asInt();
  }

  @Override
  public void unwind(long stackTop) {
    Value put = exports.getMember("amino_unwind");
    if (put != null) {
      put.executeVoid((int) (stackTop < 0 ? stackAtRest : stackTop));
    }
  }

  /** The memory goes with the last reference to it. */
  @Override
  public void close() {}
}

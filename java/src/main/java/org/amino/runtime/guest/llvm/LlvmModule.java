package org.amino.runtime.guest.llvm;

import java.util.Set;
import java.util.stream.Collectors;
import org.amino.runtime.guest.c.CModule;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Value;

/** Bitcode in a context of its own. Memory is native: it is read and written by functions that `amino.h` compiles into the artifact. */
final class LlvmModule implements CModule {
  private final Context context;
  private final Value library;

  LlvmModule(Context context, Value library) {
    this.context = context;
    this.library = library;
  }

  /** Only what the header marks: the library also lists the C library's own functions. */
  @Override
  public Set<String> exports() {
    return library.getMemberKeys().stream().filter(name -> name.startsWith("amino_")).collect(Collectors.toSet());
  }

  @Override
  public Value function(String name) {
    return library.getMember(name);
  }

  @Override
  public Object pointer(long address) {
    return address;
  }

  @Override
  public long address(Value pointer) {
    if (pointer.isNull()) {
      return 0;
    }
    return pointer.isNativePointer() ? pointer.asNativePointer() : pointer.asLong();
  }

  @Override
  public byte[] read(long address, long size) {
    if (address == 0 || size < 0 || size > Integer.MAX_VALUE - 16) {
      throw new IllegalArgumentException(size + " bytes at " + address);
    }
    byte[] bytes = new byte[(int) size];
    Value peek = function("amino_peek");
    int i = 0;
    for (; i + 8 <= size; i += 8) {
      long word = peek.execute(address + i).asLong();
      for (int k = 0; k < 8; k++) {
        bytes[i + k] = (byte) (word >> 8 * k);
      }
    }
    for (; i < size; i++) {
      bytes[i] = (byte) function("amino_peek_byte").execute(address + i).asInt();
    }
    return bytes;
  }

  @Override
  public void write(long address, byte[] bytes) {
    Value poke = function("amino_poke");
    int i = 0;
    for (; i + 8 <= bytes.length; i += 8) {
      long word = 0;
      for (int k = 7; k >= 0; k--) {
        word = word << 8 | bytes[i + k] & 0xff;
      }
      poke.executeVoid(address + i, word);
    }
    for (; i < bytes.length; i++) {
      function("amino_poke_byte").executeVoid(address + i, (int) bytes[i]);
    }
  }

  @Override
  public long textSize(long address) {
    return function("amino_text_size").execute(address).asLong();
  }

  @Override
  public byte[] memory() {
    return null;
  }

  @Override
  public void restoreMemory(byte[] bytes) {
    throw new IllegalArgumentException("native memory cannot be replaced");
  }

  /** The engine unwinds the stack of bitcode itself. */
  @Override
  public void unwind(long stackTop) {}

  @Override
  public long stackTop() {
    return -1;
  }

  @Override
  public void close() {
    context.close(true);
  }
}

package org.amino.runtime.guest.c;

import java.util.List;
import java.util.Set;
import org.graalvm.polyglot.Value;

/** One instance of a compiled module: an object's code and memory. Used by one thread at a time. */
public interface CModule extends AutoCloseable {
  /** Names of the functions that the artifact itself exports. */
  Set<String> exports();

  /** An exported function. */
  Value function(String name);

  /** What stands for an address as an argument. */
  Object pointer(long address);

  /** The address that a result of pointer type holds; 0 for none. */
  long address(Value pointer);

  /**
   * Copies bytes out of the module's memory.
   *
   * @throws IllegalArgumentException when they are not all there
   */
  byte[] read(long address, long size);

  /** Copies bytes into the module's memory. */
  void write(long address, byte[] bytes);

  /** Bytes before the NUL that ends a string. */
  long textSize(long address);

  /** The whole memory, for a road on which it can be captured; null where it cannot. */
  byte[] memory();

  /** Replaces the whole memory. */
  void restoreMemory(byte[] bytes);

  /** The parts of the state that are neither in the memory nor in {@link #globals}, each with its place and the reason. */
  default List<String> uncapturable() {
    return List.of();
  }

  /** The bits of the globals that change and stand outside of the memory, in their order. */
  default long[] globals() {
    return new long[0];
  }

  /** Puts back what {@link #globals} gave. */
  default void restoreGlobals(long[] bits) {}

  /** After a member ended with an error: the module's stack is put back to where it was at {@link #stackTop}. */
  void unwind(long stackTop);

  long stackTop();

  /** Lets go of the memory. */
  @Override
  void close();
}

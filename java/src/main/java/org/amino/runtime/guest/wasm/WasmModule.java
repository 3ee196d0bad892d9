package org.amino.runtime.guest.wasm;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.amino.runtime.guest.c.CModule;
import org.graalvm.polyglot.Value;

/** An instance with its linear memory. */
final class WasmModule implements CModule {
  private static final int PAGE = 65536;
  private final Value exports;
  private final Value memory;
  private final ModuleFacts facts;
  private final List<Integer> changing;
  private final long stackAtRest;

  WasmModule(Value instance, ModuleFacts facts) {
    this.facts = facts;
    exports = instance.getMember("exports");
    memory = exports.getMember("memory");
    changing = OpenedModule.changing(facts);
    if (facts.exports().containsKey("_initialize")) {
      exports.getMember("_initialize").executeVoid();
    }
    stackAtRest = stackTop();
  }

  /** The functions, without those that {@link OpenedModule} added. */
  @Override
  public Set<String> exports() {
    return facts.exports().keySet().stream().filter(name -> facts.type(name) != null).collect(Collectors.toSet());
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
    long missing = bytes.length - memory.getBufferSize();
    if (missing > 0 && exports.getMember(OpenedModule.grow()).execute((int) ((missing + PAGE - 1) / PAGE)).asInt() < 0) {
      throw new IllegalArgumentException("a state of " + bytes.length + " bytes is larger than the memory may grow");
    }
    write(0, bytes);
    if (missing < 0) {
      write(bytes.length, new byte[(int) -missing]);
    }
  }

  @Override
  public List<String> uncapturable() {
    List<String> found = new ArrayList<>();
    for (int index : changing) {
      String type = facts.globals().get(index).type();
      if (type.equals("v128") || type.endsWith("ref")) {
        found.add("global " + index + " (" + type + ": its content cannot leave the module; keep it in memory)");
      }
    }
    return found;
  }

  @Override
  public long[] globals() {
    long[] bits = new long[changing.size()];
    for (int i = 0; i < bits.length; i++) {
      Value value = global(changing.get(i)).getMember("value");
      bits[i] = switch (facts.globals().get(changing.get(i)).type()) {
        case "i32" -> value.asInt();
        case "i64" -> value.asLong();
        case "f32" -> Float.floatToRawIntBits(value.asFloat());
        case "f64" -> Double.doubleToRawLongBits(value.asDouble());
        default -> 0;
      };
    }
    return bits;
  }

  @Override
  public void restoreGlobals(long[] bits) {
    for (int i = 0; i < Math.min(bits.length, changing.size()); i++) {
      Object value = switch (facts.globals().get(changing.get(i)).type()) {
        case "i32" -> (int) bits[i];
        case "i64" -> bits[i];
        case "f32" -> Float.intBitsToFloat((int) bits[i]);
        case "f64" -> Double.longBitsToDouble(bits[i]);
        default -> null;
      };
      if (value != null) {
        global(changing.get(i)).putMember("value", value);
      }
    }
  }

  private Value global(int index) {
    return exports.getMember(OpenedModule.global(index));
  }

  @Override
  public long stackTop() {
    if (facts.tendsStack()) {
      return exports.getMember("amino_stack").execute().asInt();
    }
    return facts.stackPointer() < 0 ? -1 : Integer.toUnsignedLong(global(facts.stackPointer()).getMember("value").asInt());
  }

  @Override
  public void unwind(long stackTop) {
    long top = stackTop < 0 ? stackAtRest : stackTop;
    if (facts.tendsStack()) {
      exports.getMember("amino_unwind").executeVoid((int) top);
    } else if (facts.stackPointer() >= 0) {
      global(facts.stackPointer()).putMember("value", (int) top);
    }
  }

  /** The memory goes with the last reference to it. */
  @Override
  public void close() {}
}

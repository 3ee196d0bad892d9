package org.amino.runtime.guest.wasm;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.amino.runtime.guest.wasm.ModuleFacts.Section;

/**
 * A module with exports added, so that all of an object's state can be read and written from outside: its globals that change, and a
 * function that lets the memory grow. The code of the module stays as it was.
 */
final class OpenedModule {
  private static final int TYPES = 1;
  private static final int FUNCTIONS = 3;
  private static final int EXPORTS = 7;
  private static final int CODE = 10;
  private static final String GROW = "amino.grow";
  private static final byte[] GROW_TYPE = {0x60, 1, 0x7f, 1, 0x7f};
  /** `local.get 0; memory.grow 0; end`, without locals. */
  private static final byte[] GROW_BODY = {6, 0, 0x20, 0, 0x40, 0, 0x0b};

  private OpenedModule() {}

  /** The export of a global that changes. */
  static String global(int index) {
    return "amino.global." + index;
  }

  static String grow() {
    return GROW;
  }

  /** The indexes of the globals that change; between calls the stack is empty, so its end need not be among them. */
  static List<Integer> changing(ModuleFacts facts) {
    List<Integer> found = new ArrayList<>();
    for (int i = 0; i < facts.globals().size(); i++) {
      if (facts.globals().get(i).mutable() && (i != facts.stackPointer() || !facts.tendsStack())) {
        found.add(i);
      }
    }
    return found;
  }

  /** The module's bytes with these exports. It has functions and a memory. */
  static byte[] bytes(ModuleFacts facts) {
    List<Integer> shown = changing(facts);
    ByteArrayOutputStream exports = new ByteArrayOutputStream();
    for (int index : shown) {
      export(exports, global(index), ModuleFacts.GLOBAL, index);
    }
    export(exports, GROW, ModuleFacts.FUNCTION, facts.functionCount());
    ByteArrayOutputStream function = new ByteArrayOutputStream();
    ModuleBytes.writeNumber(function, facts.typeCount());
    ByteArrayOutputStream out = new ByteArrayOutputStream(facts.code().length + 256);
    out.write(facts.code(), 0, 8);
    for (Section section : facts.sections()) {
      switch (section.id()) {
        case TYPES -> section(out, facts, section, 1, GROW_TYPE);
        case FUNCTIONS -> section(out, facts, section, 1, function.toByteArray());
        case EXPORTS -> section(out, facts, section, shown.size() + 1, exports.toByteArray());
        case CODE -> section(out, facts, section, 1, GROW_BODY);
        default -> section(out, facts, section, 0, new byte[0]);
      }
    }
    return out.toByteArray();
  }

  private static void export(ByteArrayOutputStream out, String name, int kind, int index) {
    ModuleBytes.writeName(out, name);
    out.write(kind);
    ModuleBytes.writeNumber(out, index);
  }

  /** Writes a section with items added at its end. */
  private static void section(ByteArrayOutputStream out, ModuleFacts facts, Section section, int added, byte[] items) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    int from = section.from();
    if (added > 0) {
      ModuleBytes in = new ModuleBytes(facts.code(), from, section.to());
      ModuleBytes.writeNumber(content, in.number() + added);
      from = in.position();
    }
    content.write(facts.code(), from, section.to() - from);
    content.writeBytes(items);
    out.write(section.id());
    ModuleBytes.writeNumber(out, content.size());
    out.writeBytes(content.toByteArray());
  }
}

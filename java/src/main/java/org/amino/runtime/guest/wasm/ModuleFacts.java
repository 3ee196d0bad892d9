package org.amino.runtime.guest.wasm;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.amino.runtime.guest.wasm.ModuleBytes.Malformed;

/** The facts about a module that a kernel must know before it runs: its imports, exports, types, memories and globals. */
final class ModuleFacts {
  static final int FUNCTION = 0;
  static final int MEMORY = 2;
  static final int GLOBAL = 3;
  private static final String[] KIND_NAMES = {"function", "table", "memory", "global", "tag"};
  private static final String STACK_POINTER = "__stack_pointer";

  /** A section: its number, and where its content begins and ends. */
  record Section(int id, int from, int to) {}

  /** An import; for a function its type as {@link #type} writes it. */
  record Import(String module, String name, int kind, String type) {
    String kindName() {
      return KIND_NAMES[kind];
    }
  }

  record Export(int kind, int index) {
    String kindName() {
      return KIND_NAMES[kind];
    }
  }

  /** A global that the module declares. */
  record Global(String type, boolean mutable) {}

  private final byte[] code;
  private final List<Section> sections = new ArrayList<>();
  private final List<String> types = new ArrayList<>();
  private final List<Import> imports = new ArrayList<>();
  private final List<Integer> functions = new ArrayList<>();
  private final Map<String, Export> exports = new LinkedHashMap<>();
  private final List<Global> globals = new ArrayList<>();
  private int memories;
  private boolean plainMemory = true;
  private int named = -1;

  /**
   * Reads a module.
   *
   * @throws Malformed when the bytes are none
   */
  ModuleFacts(byte[] code) {
    this.code = code;
    ModuleBytes in = new ModuleBytes(code, 0, code.length);
    if (in.octet() != 0 || in.octet() != 'a' || in.octet() != 's' || in.octet() != 'm') {
      throw new Malformed("it does not begin as modules do");
    }
    if (in.octet() != 1 || in.octet() != 0 || in.octet() != 0 || in.octet() != 0) {
      throw new Malformed("it is a component or a module of another version; give a core module of version 1");
    }
    while (in.more()) {
      int id = in.octet();
      int size = in.number();
      int from = in.position();
      section(id, in.part(size));
      sections.add(new Section(id, from, from + size));
    }
  }

  private void section(int id, ModuleBytes in) {
    switch (id) {
      case 0 -> custom(in);
      case 1 -> repeat(in, () -> types.add(functionType(in)));
      case 2 -> repeat(in, () -> imported(in));
      case 3 -> repeat(in, () -> functions.add(in.number()));
      case 5 -> repeat(in, () -> memory(in));
      case 6 -> repeat(in, () -> global(in));
      case 7 -> repeat(in, () -> exports.put(in.name(), new Export(kind(in.octet()), in.number())));
      default -> { }
    }
  }

  private static void repeat(ModuleBytes in, Runnable each) {
    int count = in.number();
    for (int i = 0; i < count; i++) {
      each.run();
    }
  }

  private static int kind(int octet) {
    if (octet >= KIND_NAMES.length) {
      throw new Malformed("it uses a kind of import or export that is not known here");
    }
    return octet;
  }

  private static String functionType(ModuleBytes in) {
    if (in.octet() != 0x60) {
      throw new Malformed("it declares a type that is no function's");
    }
    List<String> parameters = new ArrayList<>();
    repeat(in, () -> parameters.add(valueType(in)));
    List<String> results = new ArrayList<>();
    repeat(in, () -> results.add(valueType(in)));
    return "(" + String.join(", ", parameters) + ") -> " + (results.size() == 1 ? results.get(0) : "(" + String.join(", ", results) + ")");
  }

  private static String valueType(ModuleBytes in) {
    int octet = in.octet();
    return switch (octet) {
      case 0x7f -> "i32";
      case 0x7e -> "i64";
      case 0x7d -> "f32";
      case 0x7c -> "f64";
      case 0x7b -> "v128";
      case 0x70 -> "funcref";
      case 0x6f -> "externref";
      default -> throw new Malformed("it uses a type of values that is not known here");
    };
  }

  private void imported(ModuleBytes in) {
    String module = in.name();
    String name = in.name();
    int kind = kind(in.octet());
    String type = "";
    switch (kind) {
      case FUNCTION -> {
        int index = in.number();
        type = typeAt(index);
        functions.add(index);
      }
      case 1 -> {
        valueType(in);
        limits(in);
      }
      case MEMORY -> limits(in);
      case GLOBAL -> globals.add(new Global(valueType(in), in.octet() == 1));
      default -> {
        in.octet();
        in.number();
      }
    }
    imports.add(new Import(module, name, kind, type));
  }

  private static int limits(ModuleBytes in) {
    int flags = in.octet();
    in.passNumber();
    if ((flags & 1) != 0) {
      in.passNumber();
    }
    return flags;
  }

  private void memory(ModuleBytes in) {
    memories++;
    plainMemory &= limits(in) <= 1;
  }

  private void global(ModuleBytes in) {
    globals.add(new Global(valueType(in), in.octet() == 1));
    expression(in);
  }

  /** Passes the expression that gives a global its first value. */
  private static void expression(ModuleBytes in) {
    for (int operation = in.octet(); operation != 0x0b; operation = in.octet()) {
      switch (operation) {
        case 0x41, 0x42, 0x23, 0xd2 -> in.passNumber();
        case 0x43 -> in.pass(4);
        case 0x44 -> in.pass(8);
        case 0xd0 -> in.octet();
        case 0x6a, 0x6b, 0x6c, 0x7c, 0x7d, 0x7e -> { }
        case 0xfd -> {
          in.passNumber();
          in.pass(16);
        }
        default -> throw new Malformed("a global begins with an expression that is not known here");
      }
    }
  }

  /** The section of names, from which the global of the stack is known. A section that cannot be read tells nothing. */
  private void custom(ModuleBytes in) {
    try {
      if (!in.name().equals("name")) {
        return;
      }
      while (in.more()) {
        int id = in.octet();
        ModuleBytes part = in.part(in.number());
        if (id == 7) {
          repeat(part, () -> {
            int index = part.number();
            named = part.name().equals(STACK_POINTER) ? index : named;
          });
        }
      }
    } catch (Malformed unreadable) {
      named = -1;
    }
  }

  byte[] code() {
    return code;
  }

  List<Section> sections() {
    return sections;
  }

  List<Import> imports() {
    return imports;
  }

  Map<String, Export> exports() {
    return exports;
  }

  List<Global> globals() {
    return globals;
  }

  int functionCount() {
    return functions.size();
  }

  int typeCount() {
    return types.size();
  }

  int memories() {
    return memories;
  }

  /** Whether every memory has 32-bit addresses and is not shared by threads. */
  boolean plainMemory() {
    return plainMemory;
  }

  /** The type of an exported function, such as `(i32, i64) -> i64`; null where there is no such function. */
  String type(String export) {
    Export found = exports.get(export);
    return found == null || found.kind() != FUNCTION || found.index() >= functions.size() ? null : typeAt(functions.get(found.index()));
  }

  private String typeAt(int index) {
    if (index >= types.size()) {
      throw new Malformed("a function has a type that is not declared");
    }
    return types.get(index);
  }

  /**
   * The global that compilers keep the stack's end in: it is exported or named so, or the first one of LLVM's linker, which is known by
   * another export; -1 where there is none.
   */
  int stackPointer() {
    Export exported = exports.get(STACK_POINTER);
    int first = exports.containsKey("__heap_base") ? 0 : -1;
    int index = exported != null && exported.kind() == GLOBAL ? exported.index() : named >= 0 ? named : first;
    boolean fits = index >= 0 && index < globals.size() && globals.get(index).mutable() && globals.get(index).type().equals("i32");
    return fits ? index : -1;
  }

  /** Whether the module's own functions read and put the stack's end. */
  boolean tendsStack() {
    return exports.containsKey("amino_stack") && exports.containsKey("amino_unwind");
  }
}

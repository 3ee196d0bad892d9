package org.amino.runtime.guest.wasm;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.wasm.ModuleFacts.Export;
import org.amino.runtime.guest.wasm.ModuleFacts.Import;
import org.amino.runtime.wire.Protocol.Code;

/** The rules of docs/webassembly.md about a module's imports, its memory, and the types of the functions that are the runtime's to call. */
final class ModuleRules {
  private static final String HOST_TYPE = "(i32, i64, i64, i64) -> i64";
  private static final String TEXT = "() -> i32";
  private static final Map<String, String> KNOWN = Map.ofEntries(Map.entry("amino_allocate", "(i64) -> i64"), Map.entry("amino_release", "(i64) -> ()"),
      Map.entry("amino_end_call", "() -> ()"), Map.entry("amino_class", TEXT), Map.entry("amino_save", TEXT), Map.entry("amino_load", "(i32) -> ()"),
      Map.entry("amino_hooks", TEXT), Map.entry("amino_stack", TEXT), Map.entry("amino_unwind", "(i32) -> ()"), Map.entry("_initialize", "() -> ()"));
  private static final String PAGE = " (docs/webassembly.md has the rules)";

  private ModuleRules() {}

  /** ARTIFACT_INVALID unless the module keeps them; the message names each import or export that breaks one. */
  static void check(ModuleFacts facts, String entry) throws GuestFailure {
    List<String> wrong = new ArrayList<>();
    for (Import each : facts.imports()) {
      if (!each.module().equals("amino") || !each.name().equals("host")) {
        wrong.add("it imports the " + each.kindName() + " " + each.module() + "." + each.name() + ", and the only import there is is the function amino.host");
      } else if (!HOST_TYPE.equals(each.type())) {
        wrong.add("it imports amino.host as " + (each.type().isEmpty() ? "a " + each.kindName() : each.type()) + ", which is a function of type " + HOST_TYPE);
      }
    }
    Export memory = facts.exports().get("memory");
    if (memory == null || memory.kind() != ModuleFacts.MEMORY) {
      wrong.add("it lacks the export memory, which is the memory that holds the object");
    } else if (facts.memories() > 1 || !facts.plainMemory()) {
      wrong.add("it may have one memory only, with addresses of 32 bits, not shared by threads");
    }
    for (String name : KNOWN.keySet().stream().sorted().toList()) {
      if (facts.exports().containsKey(name) && !KNOWN.get(name).equals(facts.type(name))) {
        wrong.add("its export " + name + " is " + shown(facts, name) + ", but must be a function of type " + KNOWN.get(name));
      }
    }
    if (!wrong.isEmpty()) {
      throw GuestFailure.of(Code.ARTIFACT_INVALID, "artifact " + entry + " cannot be an object: " + String.join("; ", wrong) + PAGE);
    }
  }

  private static String shown(ModuleFacts facts, String export) {
    String type = facts.type(export);
    return type == null ? "a " + facts.exports().get(export).kindName() : "a function of type " + type;
  }
}

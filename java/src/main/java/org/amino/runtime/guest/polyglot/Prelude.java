package org.amino.runtime.guest.polyglot;

import java.util.HashMap;
import java.util.Map;
import org.graalvm.polyglot.Value;

/**
 * The functions of a prelude's table, taken before any code of the artifact runs: an artifact that got hold of the table could change it for nobody
 * but itself. The prelude runs in the guest's context, so what it answers is trusted no more than the guest.
 */
public final class Prelude {
  private static final String[] NAMES = {"build", "flatten", "describeThrown", "ownMember", "create", "createNamed", "callNamed", "restore", "snapshot", "forget",
      "attach", "member", "property", "offer", "importPath", "moduleText", "isModule", "load", "outside", "fix"};

  private final Value table;
  private final Map<String, Value> functions = new HashMap<>();

  Prelude(Value table) {
    this.table = table;
    for (String name : NAMES) {
      if (table.hasMember(name)) {
        functions.put(name, table.getMember(name));
      }
    }
  }

  /** A function, or null where the language has none of that name. */
  public Value get(String name) {
    return functions.get(name);
  }

  /** Hands the prelude something that is known only after the artifact was evaluated. */
  public void put(String name, Value value) {
    table.putMember(name, value);
  }
}

package org.amino.runtime.guest.js;

import com.oracle.js.parser.ir.LexicalContext;
import com.oracle.js.parser.ir.Scope;
import com.oracle.js.parser.ir.Symbol;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.amino.runtime.guest.OutsideVariable.Sort;

/** What names mean at the place of a file that is visited. */
final class JsScopes {
  private final LexicalContext context;
  /** Scopes of what runs while the file is loaded: their variables outlive every call. */
  private final Set<Scope> lasting = Collections.newSetFromMap(new IdentityHashMap<>());

  JsScopes(LexicalContext context) {
    this.context = context;
  }

  void lasts(Scope scope) {
    lasting.add(scope);
  }

  /** Null for a variable of a call; GLOBAL for a name that the file does not declare. */
  Sort sort(String name) {
    Scope scope = scopeOf(name);
    return scope == null ? Sort.GLOBAL : lasting.contains(scope) ? Sort.MODULE : null;
  }

  private Scope scopeOf(String name) {
    Scope scope = context.getCurrentScope();
    while (scope != null && !scope.hasSymbol(name)) {
      scope = scope.getParent();
    }
    return scope;
  }

  boolean isConstant(String name) {
    Scope scope = scopeOf(name);
    Symbol symbol = scope == null ? null : scope.getExistingSymbol(name);
    return symbol != null && (symbol.isConst() || symbol.isFunctionSelf() || symbol.isImportBinding());
  }
}

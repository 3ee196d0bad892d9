package org.amino.runtime.guest.python;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The names of a function of the artifact: its own, those that it declares to be of the module, and its first parameter. */
final class PythonScope {
  /** What the first parameter of a method is. */
  enum First { NOTHING, OBJECT, CLASS }

  static final String[] FUNCTIONS = {"FunctionDef", "AsyncFunctionDef", "Lambda"};
  private static final String CLASS = "ClassDef";

  private final PythonScope outer;
  private final Set<String> names;
  private final Set<String> declared = new HashSet<>();
  private final List<String> parameters;
  /** Of a method: the names of the classes around it, with points between them. */
  private String owner = "";
  private First first = First.NOTHING;

  PythonScope(PythonTree function, PythonScope outer) {
    this.outer = outer;
    parameters = parameters(function.child("args"));
    names = new HashSet<>(parameters);
    function.children("body").forEach(this::bind);
    names.removeAll(declared);
  }

  private static List<String> parameters(PythonTree arguments) {
    List<String> found = new ArrayList<>();
    for (String list : List.of("posOnlyArgs", "args", "kwOnlyArgs", "varArg", "kwArg")) {
      arguments.children(list).forEach(each -> found.add(each.text("arg")));
    }
    return found;
  }

  /** Adds the names that a part of the function binds; those of functions and classes in it are their own. */
  private void bind(PythonTree node) {
    switch (node.kind()) {
      case "Global" -> declared.addAll(node.texts("names"));
      case "Name" -> {
        if (!node.text("context").equals("Load")) {
          names.add(node.text("id"));
        }
      }
      case "Import", "ImportFrom" -> node.children("names").forEach(alias ->
          names.add(alias.text("asName").isEmpty() ? alias.text("name").replaceFirst("\\..*", "") : alias.text("asName")));
      case "ExceptHandler", "MatchAs", "MatchStar", "FunctionDef", "AsyncFunctionDef", CLASS -> names.add(node.text("name"));
      case "MatchMapping" -> names.add(node.text("rest"));
      default -> { }
    }
    if (!node.is(FUNCTIONS) && !node.is(CLASS)) {
      node.children().forEach(this::bind);
    }
  }

  /** Says that the function is a method. */
  void of(String classes, First parameter) {
    owner = classes;
    first = parameters.isEmpty() ? First.NOTHING : parameter;
  }

  boolean declares(String name) {
    return declared.contains(name);
  }

  /** Whether a name leads to nothing that outlives the call, or to the first parameter of a method. */
  boolean isLocal(String name) {
    for (PythonScope scope = this; scope != null; scope = scope.outer) {
      if (scope.declared.contains(name)) {
        return false;
      }
      if (scope.names.contains(name)) {
        return true;
      }
    }
    return false;
  }

  /** The method whose first parameter the name is, or null. */
  private PythonScope method(String name) {
    PythonScope scope = this;
    while (scope != null && !scope.names.contains(name)) {
      scope = scope.outer;
    }
    boolean found = scope != null && scope.first != First.NOTHING && scope.parameters.get(0).equals(name);
    return found ? scope : null;
  }

  First firstOf(String name) {
    PythonScope method = method(name);
    return method == null ? First.NOTHING : method.first;
  }

  String ownerOf(String name) {
    return method(name).owner;
  }
}

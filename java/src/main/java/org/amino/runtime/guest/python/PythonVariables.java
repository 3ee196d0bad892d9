package org.amino.runtime.guest.python;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.amino.runtime.guest.python.PythonScope.First;

/**
 * Reads a module and lists what its functions change and name by something that outlives the call: a variable of the module, a class, `self`. What
 * stands there when the module has been loaded is asked of the guest (outside.py), which judges.
 */
final class PythonVariables {
  private static final Set<String> CHANGING = Set.of("add", "append", "appendleft", "clear", "discard", "extend", "extendleft", "insert", "pop", "popitem",
      "popleft", "remove", "reverse", "rotate", "setdefault", "sort", "subtract", "update", "difference_update", "intersection_update",
      "symmetric_difference_update");
  /** Functions that change the list that they are given first. */
  private static final Set<String> CHANGERS = Set.of("heapify", "heappop", "heappush", "heappushpop", "heapreplace", "insort", "insort_left",
      "insort_right", "shuffle");
  /** Methods that run while classes are made, which is when a module is loaded. */
  private static final Set<String> MAKING = Set.of("__init_subclass__", "__set_name__", "__prepare__", "__class_getitem__");
  private static final Set<String> CLASS_METHODS = Set.of("classmethod", "__new__");

  /** Changes, each as words: what is done, the function of the top level or `-`, the line, the root, and the names behind it. */
  private final List<String> changes = new ArrayList<>();
  /** Fields that methods give their objects: the classes and the field. */
  private final Set<String> fields = new TreeSet<>();
  private final Set<String> called = new TreeSet<>();
  private final Set<String> mentioned = new TreeSet<>();
  private String function = "-";

  private PythonVariables() {}

  /** Four texts: the changes, the fields, what is called while the module is loaded, what is named otherwise; a line each. */
  static List<Object> of(String text) {
    PythonVariables found = new PythonVariables();
    PythonTree.of(text).children("body").forEach(part -> found.visit(part, null, ""));
    List<Object> told = new ArrayList<>();
    for (Iterable<String> lines : List.of(found.changes, found.fields, found.called, found.mentioned)) {
      told.add(String.join("\n", lines));
    }
    return told;
  }

  /**
   * @param scope the function around the node; null for what runs while the module is loaded
   * @param classes the classes around it whose body it stands in, with points between their names
   */
  private void visit(PythonTree node, PythonScope scope, String classes) {
    if (node.is("ClassDef")) {
      decorators(node, scope, classes);
      List.of("bases", "keywords").forEach(part -> node.children(part).forEach(each -> visit(each, scope, classes)));
      String inner = scope == null ? (classes.isEmpty() ? "" : classes + ".") + node.text("name") : "";
      node.children("body").forEach(each -> visit(each, scope, inner));
    } else if (node.is(PythonScope.FUNCTIONS)) {
      function(node, scope, classes);
    } else if (node.is("Call")) {
      call(node, scope, classes);
    } else {
      note(node, scope);
      node.children().forEach(each -> visit(each, scope, classes));
    }
  }

  /** A decorator is called while its module is loaded. */
  private void decorators(PythonTree node, PythonScope scope, String classes) {
    for (PythonTree decorator : node.children("decoratorList")) {
      PythonTree made = decorator.is("Call") ? decorator.child("func") : decorator;
      if (scope == null && made.is("Name")) {
        called.add(made.text("id"));
        decorator.children("args").forEach(each -> visit(each, scope, classes));
      } else {
        visit(decorator, scope, classes);
      }
    }
  }

  private void function(PythonTree node, PythonScope scope, String classes) {
    decorators(node, scope, classes);
    PythonTree arguments = node.child("args");
    List.of("defaults", "kwDefaults").forEach(part -> arguments.children(part).forEach(each -> visit(each, scope, classes)));
    String name = node.text("name");
    if (MAKING.contains(name)) {
      return;
    }
    PythonScope inner = new PythonScope(node, scope);
    Set<String> marks = new HashSet<>(Set.of(name));
    node.children("decoratorList").forEach(each -> marks.add(each.text("id")));
    if (!classes.isEmpty() && !marks.contains("staticmethod")) {
      inner.of(classes, marks.stream().anyMatch(CLASS_METHODS::contains) ? First.CLASS : First.OBJECT);
    }
    String before = function;
    function = scope == null && classes.isEmpty() && !name.isEmpty() ? name : function;
    node.children("body").forEach(each -> visit(each, inner, ""));
    function = before;
  }

  private void call(PythonTree node, PythonScope scope, String classes) {
    PythonTree what = node.child("func");
    List<PythonTree> arguments = node.children("args");
    if (scope == null && what.is("Name")) {
      called.add(what.text("id"));
      List.of("args", "keywords").forEach(part -> node.children(part).forEach(each -> visit(each, null, classes)));
      return;
    }
    if (scope != null) {
      String name = what.is("Name") ? what.text("id") : what.text("attr");
      if (what.is("Attribute") && CHANGING.contains(name)) {
        change("container", what.child("value"), "", scope);
      } else if (!arguments.isEmpty() && CHANGERS.contains(name)) {
        change("container", arguments.get(0), "", scope);
      } else if (!arguments.isEmpty() && name.equals("next") && what.is("Name")) {
        change("iterator", arguments.get(0), "", scope);
      }
    }
    node.children().forEach(each -> visit(each, scope, classes));
  }

  private void note(PythonTree node, PythonScope scope) {
    boolean loads = node.text("context").equals("Load");
    switch (node.kind()) {
      case "Name" -> {
        if (loads) {
          mentioned.add(node.text("id"));
        } else if (scope != null && scope.declares(node.text("id"))) {
          changes.add(String.join(" ", "variable", function, Integer.toString(node.line()), node.text("id")));
        }
      }
      case "Attribute" -> {
        mentioned.add(node.text("attr"));
        if (!loads && scope != null) {
          change("attribute", node.child("value"), node.text("attr"), scope);
        }
      }
      case "Subscript" -> {
        if (!loads && scope != null) {
          change("item", node.child("value"), "", scope);
        }
      }
      case "ImportFrom" -> node.children("names").forEach(alias -> mentioned.add(alias.text("name")));
      default -> { }
    }
  }

  /** @param last the attribute that is set; empty where what stands there is itself changed */
  private void change(String what, PythonTree holder, String last, PythonScope scope) {
    List<String> path = path(holder, scope);
    if (path == null) {
      return;
    }
    if (what.equals("attribute") && path.size() == 1 && path.get(0).startsWith("self:")) {
      fields.add(path.get(0).substring("self:".length()) + " " + last);
      return;
    }
    if (!last.isEmpty()) {
      path.add(last);
    }
    changes.add(String.join(" ", what, function, Integer.toString(holder.line())) + " " + String.join(" ", path));
  }

  /**
   * The way to what an expression leads to: `name`, or `self:Classes` or `class:Classes` for the first parameter of a method, then names of attributes;
   * `*` for an item. Null where it leads to nothing that outlives the call.
   */
  private static List<String> path(PythonTree node, PythonScope scope) {
    switch (node.kind()) {
      case "Name" -> {
        String name = node.text("id");
        First first = scope.firstOf(name);
        String root = first == First.NOTHING ? name : (first == First.CLASS ? "class:" : "self:") + scope.ownerOf(name);
        return first == First.NOTHING && scope.isLocal(name) ? null : new ArrayList<>(List.of(root));
      }
      case "Attribute" -> {
        List<String> path = path(node.child("value"), scope);
        if (path != null && path.size() == 1 && path.get(0).startsWith("self:") && node.text("attr").equals("__class__")) {
          path.set(0, "class:" + path.get(0).substring("self:".length()));
        } else if (path != null) {
          path.add(node.text("attr"));
        }
        return path;
      }
      case "Subscript" -> {
        List<String> path = path(node.child("value"), scope);
        if (path != null) {
          path.add("*");
        }
        return path;
      }
      case "Call" -> {
        boolean type = node.child("func").text("id").equals("type") && node.children("args").size() == 1;
        List<String> path = type ? path(node.children("args").get(0), scope) : null;
        boolean ofSelf = path != null && path.size() == 1 && path.get(0).startsWith("self:");
        return ofSelf ? new ArrayList<>(List.of("class:" + path.get(0).substring("self:".length()))) : null;
      }
      default -> {
        return null;
      }
    }
  }
}

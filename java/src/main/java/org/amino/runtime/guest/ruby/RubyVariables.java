package org.amino.runtime.guest.ruby;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.amino.runtime.guest.OutsideVariable;
import org.amino.runtime.guest.OutsideVariable.Sort;

/**
 * Finds the variables that the methods of an artifact change and that no object has: of classes and modules, global ones, and what constants hold.
 * What runs only while a file is loaded (the bodies of classes, and class methods that only these call) counts as no change.
 */
final class RubyVariables {
  /** Methods that change their receiver. */
  private static final Set<String> CHANGING = Set.of("<<", "push", "append", "pop", "shift", "unshift", "prepend", "insert", "concat", "replace", "clear",
      "delete", "delete_at", "delete_if", "keep_if", "store", "update", "merge!", "add", "add?", "subtract", "fill", "map!", "collect!", "select!",
      "filter!", "reject!", "sort!", "sort_by!", "shuffle!", "reverse!", "rotate!", "uniq!", "compact!", "flatten!", "slice!", "transform_values!");
  private static final Set<String> CONTAINERS = Set.of("Array", "Hash", "Set");
  /** What the language has of its own is set for a while, as `$stdout`, or not for the object's sake. */
  private static final Pattern OWN_GLOBAL = Pattern.compile("\\$(?!(?:stdout|stderr|stdin|VERBOSE|DEBUG|PROGRAM_NAME|LOAD_PATH|LOADED_FEATURES)$)[A-Za-z]\\w+");
  private static final Pattern WRITE = Pattern.compile("(\\w+?)(?:(?:Operator|Or|And)?Write|Target)Node");

  /** Where a node stands: in which class, whether it runs after the loading, whether `self` is the class, in which method. */
  private record Place(String owner, boolean later, boolean ofClass, String method) {
    Place in(String name) {
      return new Place(owner.isEmpty() ? name : owner + "::" + name, later, false, method);
    }
  }

  /** A change, and the class method in which it stands; null where it stands in another. */
  private record Change(OutsideVariable variable, String method, String constant) {}

  private final List<Change> changes = new ArrayList<>();
  private final Map<String, Boolean> constants = new HashMap<>();
  private final Set<String> loading = new HashSet<>();
  private final Set<String> called = new HashSet<>();
  private String file;

  /** @param text the content of a file of the artifact */
  void read(String path, String text) {
    RubyTree root = RubyTree.of(text);
    file = path;
    if (root != null) {
      visit(root, new Place("", false, false, null));
    }
  }

  /**
   * Each variable once, where it is changed first.
   *
   * @param own a module that is the object itself: its variables are the object's; else empty
   */
  List<OutsideVariable> found(String own) {
    Map<String, OutsideVariable> found = new LinkedHashMap<>();
    for (Change change : changes) {
      boolean over = change.method() != null && loading.contains(change.method()) && !called.contains(change.method());
      boolean fixed = change.constant() != null && !constants.getOrDefault(change.constant(), false);
      boolean kept = !own.isEmpty() && change.variable().name().matches("@\\w+ of " + Pattern.quote(own));
      if (!over && !fixed && !kept) {
        found.putIfAbsent(change.variable().name(), change.variable());
      }
    }
    return List.copyOf(found.values());
  }

  private void visit(RubyTree node, Place place) {
    switch (node.kind()) {
      case "ClassNode", "ModuleNode" -> inside(node, place.in(name(node.child("constant_path"))));
      case "SingletonClassNode" -> inside(node, new Place(place.owner(), place.later(), true, place.method()));
      case "DefNode" -> {
        boolean ofClass = place.ofClass() || node.child("receiver") != null;
        inside(node, new Place(place.owner(), true, ofClass, ofClass ? node.text("name") : null));
      }
      default -> {
        if (place.later()) {
          look(node, place);
        } else if (node.is("ConstantWriteNode")) {
          constants.put(node.text("name"), isContainer(node.child("value")));
        }
        if (node.is("CallNode")) {
          (place.later() || node.child("receiver") != null ? called : loading).add(node.text("name"));
        }
        boolean runsLater = place.later() || isKept(node);
        inside(node, new Place(place.owner(), runsLater, place.ofClass(), place.method()));
      }
    }
  }

  private void inside(RubyTree node, Place place) {
    node.children().forEach(child -> visit(child, place));
  }

  /** A block that runs when the file has been loaded. */
  private static boolean isKept(RubyTree node) {
    return node.is("LambdaNode") || node.is("CallNode") && Set.of("define_method", "define_singleton_method", "lambda", "proc").contains(node.text("name"));
  }

  private static boolean isContainer(RubyTree value) {
    boolean made = value.is("CallNode") && value.text("name").equals("new") && CONTAINERS.contains(name(value.child("receiver")));
    return made || value.is("HashNode") || value.is("ArrayNode");
  }

  private void look(RubyTree node, Place place) {
    var written = WRITE.matcher(node.kind());
    String what = written.matches() ? written.group(1) : "";
    switch (what) {
      case "ClassVariable", "GlobalVariable", "InstanceVariable" -> variable(node, what, place, node);
      case "Index" -> content(node.child("receiver"), place, node);
      case "Call" -> attribute(node.child("receiver"), node.text(node.text("write_name").isEmpty() ? "name" : "write_name"), place, node);
      default -> {
        if (node.is("CallNode")) {
          call(node, place);
        }
      }
    }
  }

  private void call(RubyTree node, Place place) {
    String name = node.text("name");
    RubyTree receiver = node.child("receiver");
    if (receiver == null) {
      return;
    }
    if (name.equals("[]=") || CHANGING.contains(name)) {
      content(receiver, place, node);
    } else if (name.matches("\\w+=")) {
      attribute(receiver, name, place, node);
    }
  }

  /** A variable that is given another value. */
  private void variable(RubyTree node, String what, Place place, RubyTree at) {
    String name = node.text("name");
    if (what.equals("ClassVariable") || what.equals("InstanceVariable") && place.ofClass()) {
      add(name + " of " + (place.owner().isEmpty() ? "Object" : place.owner()), Sort.CLASS, place, at, null);
    } else if (what.equals("GlobalVariable") && OWN_GLOBAL.matcher(name).matches()) {
      add(name, Sort.GLOBAL, place, at, null);
    }
  }

  /** What a variable or a constant holds is changed. */
  private void content(RubyTree holder, Place place, RubyTree at) {
    switch (holder.kind()) {
      case "ClassVariableReadNode" -> variable(holder, "ClassVariable", place, at);
      case "GlobalVariableReadNode" -> variable(holder, "GlobalVariable", place, at);
      case "InstanceVariableReadNode" -> variable(holder, "InstanceVariable", place, at);
      case "ConstantReadNode", "ConstantPathNode" -> {
        String name = name(holder);
        add(name, Sort.CONSTANT, place, at, name.replaceFirst(".*::", ""));
      }
      case "CallNode" -> {
        if (holder.text("name").equals("[]") && holder.child("receiver") != null) {
          content(holder.child("receiver"), place, at);
        }
      }
      default -> { }
    }
  }

  /** A class is given another value for what it has under a name. */
  private void attribute(RubyTree receiver, String setter, Place place, RubyTree at) {
    if (receiver == null) {
      return;
    }
    boolean ofOwn = receiver.is("CallNode") && receiver.text("name").equals("class") || receiver.is("SelfNode") && place.ofClass();
    boolean constant = receiver.is("ConstantReadNode") || receiver.is("ConstantPathNode");
    if (ofOwn || constant) {
      String owner = ofOwn ? place.owner() : name(receiver);
      add(owner + "." + setter.replaceFirst("=$", ""), Sort.CLASS, place, at, null);
    }
  }

  private void add(String name, Sort sort, Place place, RubyTree at, String constant) {
    changes.add(new Change(new OutsideVariable(name, sort, file, at.line()), place.method(), constant));
  }

  /** The name of a constant, with those of the modules before it. */
  private static String name(RubyTree constant) {
    if (constant == null) {
      return "";
    }
    RubyTree parent = constant.is("ConstantPathNode") ? constant.child("parent") : null;
    return parent == null ? constant.text("name") : name(parent) + "::" + constant.text("name");
  }
}

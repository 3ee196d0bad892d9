package org.amino.runtime.guest.js;

import com.oracle.js.parser.TokenType;
import com.oracle.js.parser.ir.AccessNode;
import com.oracle.js.parser.ir.CallNode;
import com.oracle.js.parser.ir.ClassNode;
import com.oracle.js.parser.ir.Expression;
import com.oracle.js.parser.ir.FunctionNode;
import com.oracle.js.parser.ir.IdentNode;
import com.oracle.js.parser.ir.LiteralNode;
import com.oracle.js.parser.ir.ReturnNode;
import com.oracle.js.parser.ir.UnaryNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.amino.runtime.guest.OutsideVariable;
import org.amino.runtime.guest.OutsideVariable.Sort;

/** What the functions of one file change, as far as it has been read; judged when all of it has been. */
final class JsChanges {
  /** Methods that change what they are called on, by the class that makes it. */
  private static final Map<String, Set<String>> CHANGING = Map.of(
      "Map", Set.of("set", "delete", "clear"),
      "Set", Set.of("add", "delete", "clear"),
      "Array", Set.of("push", "pop", "shift", "unshift", "splice", "sort", "reverse", "fill", "copyWithin"));
  /** What a call of a generator gives: it has a position. */
  private static final String MADE_BY_CALL = "()";
  /** A reference to another object of the system: its properties are not here. */
  private static final String OTHER_OBJECT = "amino";

  /** A change, and the function of the top level in which it stands; null where that has no name. */
  private record Change(OutsideVariable variable, String function, String method) {}

  private final List<Change> all = new ArrayList<>();
  /** By the name of a variable: the class that made its first value, as far as the text says so. */
  private final Map<String, String> makers = new HashMap<>();
  private final Set<String> classes = new HashSet<>();
  private final Set<String> onlyLoading = new HashSet<>();
  private final Set<String> mentioned = new HashSet<>();
  private String function;

  void enter(String name) {
    function = name;
  }

  void leave() {
    function = null;
  }

  /** A variable or a static field gets its first value. */
  void made(String name, Expression value) {
    if (value instanceof ClassNode || value instanceof FunctionNode plain && !plain.isArrow() && !plain.isClassFieldInitializer()) {
      classes.add(name);
    }
    String maker = maker(value);
    if (maker != null) {
      makers.put(name, maker);
    }
  }

  private static String maker(Expression value) {
    if (value instanceof FunctionNode initializer && initializer.isClassFieldInitializer()) {
      return initializer.getBody().getLastStatement() instanceof ReturnNode result ? maker(result.getExpression()) : null;
    }
    if (value instanceof LiteralNode<?> literal && literal.isArray()) {
      return "Array";
    }
    boolean isNew = value instanceof UnaryNode unary && unary.isTokenType(TokenType.NEW);
    Expression made = isNew ? ((UnaryNode) value).getExpression() : value;
    if (made instanceof UnaryNode awaited && awaited.getExpression() instanceof CallNode) {
      return maker(awaited.getExpression());
    }
    if (made instanceof CallNode call) {
      boolean another = call.getFunction() instanceof AccessNode access && access.getBase() instanceof IdentNode base && base.getName().equals("amino");
      return another ? OTHER_OBJECT : isNew && call.getFunction() instanceof IdentNode called ? called.getName() : MADE_BY_CALL;
    }
    return null;
  }

  boolean isClass(String name) {
    return classes.contains(name);
  }

  void mentioned(String name) {
    mentioned.add(name);
  }

  void calledWhileLoading(String name) {
    onlyLoading.add(name);
  }

  void written(OutsideVariable variable) {
    all.add(new Change(variable, function, null));
  }

  /** A method is called on what a variable has; whether that changes it shows when the variable's first value is known. */
  void called(String path, String method, String file, int line) {
    if (path != null) {
      all.add(new Change(new OutsideVariable(path, Sort.MODULE, file, line), function, method));
    }
  }

  /** Each variable once, where it is changed first, in the order of the lines. */
  List<OutsideVariable> found() {
    all.sort(Comparator.comparingInt(change -> change.variable().line()));
    Map<String, OutsideVariable> found = new LinkedHashMap<>();
    for (Change change : all) {
      boolean over = change.function() != null && onlyLoading.contains(change.function()) && !mentioned.contains(change.function());
      boolean ofAnother = OTHER_OBJECT.equals(makers.get(change.variable().name().replaceFirst("\\..*", "")));
      if (!over && !ofAnother && changes(change)) {
        found.putIfAbsent(change.variable().name(), sorted(change.variable()));
      }
    }
    return List.copyOf(found.values());
  }

  private boolean changes(Change change) {
    if (change.method() == null) {
      return true;
    }
    String maker = makers.get(change.variable().name());
    boolean moves = MADE_BY_CALL.equals(maker) && change.method().equals("next");
    return moves || CHANGING.getOrDefault(maker == null ? "" : maker, Set.of()).contains(change.method());
  }

  private OutsideVariable sorted(OutsideVariable variable) {
    boolean ofClass = variable.name().contains(".") && isClass(variable.name().replaceFirst("\\..*", ""));
    return ofClass ? new OutsideVariable(variable.name(), Sort.CLASS, variable.file(), variable.line()) : variable;
  }
}

package org.amino.runtime.guest.js;

import com.oracle.js.parser.ErrorManager;
import com.oracle.js.parser.Parser;
import com.oracle.js.parser.ParserException;
import com.oracle.js.parser.ScriptEnvironment;
import com.oracle.js.parser.Source;
import com.oracle.js.parser.TokenType;
import com.oracle.js.parser.ir.AccessNode;
import com.oracle.js.parser.ir.BaseNode;
import com.oracle.js.parser.ir.BinaryNode;
import com.oracle.js.parser.ir.Block;
import com.oracle.js.parser.ir.CallNode;
import com.oracle.js.parser.ir.ClassElement;
import com.oracle.js.parser.ir.ClassNode;
import com.oracle.js.parser.ir.Expression;
import com.oracle.js.parser.ir.ForNode;
import com.oracle.js.parser.ir.FunctionNode;
import com.oracle.js.parser.ir.IdentNode;
import com.oracle.js.parser.ir.LexicalContext;
import com.oracle.js.parser.ir.LiteralNode;
import com.oracle.js.parser.ir.Node;
import com.oracle.js.parser.ir.ObjectNode;
import com.oracle.js.parser.ir.PropertyNode;
import com.oracle.js.parser.ir.UnaryNode;
import com.oracle.js.parser.ir.VarNode;
import com.oracle.js.parser.ir.visitor.NodeVisitor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.amino.runtime.guest.OutsideVariable;
import org.amino.runtime.guest.OutsideVariable.Sort;
import org.amino.runtime.guest.polyglot.ArtifactFileSystem;

/**
 * Reads a file with the engine's own parser, and finds the variables of its top level and the static fields of its classes that functions
 * change. What runs only while the file is loaded (its top level, functions called where they stand, static blocks) counts as no change.
 */
final class JsVariables extends NodeVisitor<LexicalContext> {
  private static final String WRAPPER = "(function (exports, require, module, __filename, __dirname) {";
  /** Methods that run the functions which they are given, and keep none. */
  private static final Set<String> AT_ONCE = Set.of("forEach", "map", "filter", "reduce", "some", "every", "flatMap");
  private static final String THIS_CLASS = "constructor";

  private final int[] lines;
  private final String file;
  private final JsChanges changes = new JsChanges();
  private final JsScopes scopes = new JsScopes(getLexicalContext());
  /** Functions that run while the file is loaded, and then no more. */
  private final Set<FunctionNode> passing = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<FunctionNode> statics = Collections.newSetFromMap(new IdentityHashMap<>());
  /** The functions around what is visited, the innermost first. */
  private final Deque<FunctionNode> around = new ArrayDeque<>();
  /** How many of them run when the file has been loaded. */
  private int later;

  private JsVariables(Source source, String file) {
    super(new LexicalContext());
    this.lines = lines(source.getContent());
    this.file = file;
  }

  /**
   * What the functions of a file change.
   *
   * @param path where the file stands for the guest
   * @param module whether it is an ES module; else it is the body of a function of CommonJS
   */
  static List<OutsideVariable> of(ArtifactFileSystem files, String path, boolean module) {
    try {
      String text = files.text(path);
      return of(path.replaceFirst("^/artifact/", ""), text.startsWith("#!") ? "//" + text : text, module);
    } catch (IOException gone) {
      throw new UncheckedIOException(gone);
    }
  }

  private static List<OutsideVariable> of(String file, String text, boolean module) {
    Source source = Source.sourceFor(file, module ? text : WRAPPER + text + "\n})");
    ScriptEnvironment environment = ScriptEnvironment.builder().ecmaScriptVersion(ScriptEnvironment.ES_STAGING).classFields(true)
        .importAttributes(true).topLevelAwait(true).allowBigInt(true).annexB(true).emptyStatements(true).shebang(true).build();
    try {
      Parser parser = new Parser(environment, source, new ErrorManager.ThrowErrorManager());
      FunctionNode root = module ? parser.parseModule(file) : parser.parse();
      JsVariables finder = new JsVariables(source, file);
      finder.passing.add(root);
      root.accept(finder);
      return finder.changes.found();
    } catch (ParserException unreadable) {
      return List.of();
    }
  }

  @Override
  public boolean enterFunctionNode(FunctionNode function) {
    boolean wrapper = around.size() == 1 && !around.peek().isModule() && later == 0 && function.getStart() <= WRAPPER.length();
    if (wrapper) {
      passing.add(function);
    }
    around.push(function);
    later += passing.contains(function) ? 0 : 1;
    if (later == 1 && !passing.contains(function) && function.isDeclared()) {
      changes.enter(function.getName());
    }
    return true;
  }

  @Override
  public Node leaveFunctionNode(FunctionNode function) {
    FunctionNode entered = around.pop();
    later -= passing.contains(entered) ? 0 : 1;
    if (later == 0) {
      changes.leave();
    }
    return function;
  }

  @Override
  public boolean enterBlock(Block block) {
    if (later == 0) {
      scopes.lasts(block.getScope());
    }
    return true;
  }

  @Override
  public boolean enterClassNode(ClassNode node) {
    if (later == 0) {
      scopes.lasts(node.getScope());
      scopes.lasts(node.getClassHeadScope());
    }
    return true;
  }

  @Override
  public boolean enterClassElement(ClassElement element) {
    if (!element.isStatic()) {
      return true;
    }
    for (Expression part : new Expression[] {element.getValue(), element.getGetter(), element.getSetter()}) {
      if (part instanceof FunctionNode function) {
        boolean loading = element.isClassStaticBlock() || function.isClassFieldInitializer();
        if (loading && later == 0) {
          passing.add(function);
        }
        statics.add(function);
      }
    }
    String name = className();
    if (later == 0 && element.isClassField() && name != null && element.getKey() instanceof IdentNode) {
      changes.made(name + "." + element.getKeyName(), element.getValue());
    }
    return true;
  }

  private String className() {
    ClassNode node = getLexicalContext().getCurrentClass();
    return node == null || node.getIdent() == null ? null : node.getIdent().getName();
  }

  @Override
  public boolean enterVarNode(VarNode node) {
    if (later == 0) {
      changes.made(node.getName().getName(), node.getInit());
      if (node.isExport()) {
        changes.mentioned(node.getName().getName());
      }
    }
    // The name that is declared is no mention of it.
    if (node.getInit() != null) {
      node.getInit().accept(this);
    }
    return false;
  }

  @Override
  public boolean enterIdentNode(IdentNode node) {
    if (!node.isDeclaredHere() && !node.isPropertyName()) {
      changes.mentioned(node.getName());
    }
    return true;
  }

  @Override
  public boolean enterCallNode(CallNode node) {
    Expression called = node.getFunction();
    if (later > 0) {
      if (called instanceof AccessNode access) {
        changes.called(path(access.getBase()), access.getProperty(), file, place(access));
      }
      return true;
    }
    if (called instanceof FunctionNode function) {
      passing.add(function);
    } else if (called instanceof AccessNode access && access.getBase() instanceof FunctionNode function) {
      passing.add(function);
    } else if (called instanceof AccessNode access && AT_ONCE.contains(access.getProperty())) {
      node.getArgs().forEach(this::passes);
    } else if (called instanceof IdentNode ident) {
      changes.calledWhileLoading(ident.getName());
      node.getArgs().forEach(argument -> argument.accept(this));
      return false;
    }
    return true;
  }

  private void passes(Expression argument) {
    if (argument instanceof FunctionNode function) {
      passing.add(function);
    }
  }

  @Override
  public boolean enterBinaryNode(BinaryNode node) {
    if (later > 0 && node.isAssignment()) {
      target(node.getAssignmentDest());
    }
    return true;
  }

  @Override
  public boolean enterUnaryNode(UnaryNode node) {
    if (later > 0 && node.isAssignment()) {
      target(node.getAssignmentDest());
    } else if (later > 0 && node.isTokenType(TokenType.DELETE) && node.getExpression() instanceof BaseNode property) {
      target(property);
    }
    return true;
  }

  @Override
  public boolean enterForNode(ForNode node) {
    if (later > 0 && node.isForInOrOf() && node.getInit() != null) {
      target(node.getInit());
    }
    return true;
  }

  /** What an assignment goes to. */
  private void target(Expression written) {
    if (written instanceof IdentNode ident) {
      Sort sort = scopes.sort(ident.getName());
      if (sort != null && !scopes.isConstant(ident.getName())) {
        changes.written(new OutsideVariable(ident.getName(), sort, file, place(ident)));
      }
    } else if (written instanceof BaseNode property) {
      String owner = path(property.getBase());
      String name = property instanceof AccessNode access && owner != null ? owner + "." + access.getProperty() : owner;
      if (owner != null) {
        changes.written(new OutsideVariable(name.replaceFirst("^globalThis\\.", ""), owner.equals("globalThis") ? Sort.GLOBAL : Sort.MODULE, file, place(property)));
      }
    } else if (written instanceof LiteralNode<?> list && list.isArray()) {
      list.getElementExpressions().stream().filter(part -> part != null).forEach(this::target);
    } else if (written instanceof ObjectNode object) {
      object.getElements().stream().map(PropertyNode::getValue).filter(part -> part != null).forEach(this::target);
    } else if (written instanceof BinaryNode withDefault) {
      target(withDefault.getLhs());
    } else if (written instanceof UnaryNode rest) {
      target(rest.getExpression());
    }
  }

  /** Such as {@code Counter.table}, where a lasting variable leads there; else null. */
  private String path(Expression leading) {
    if (leading instanceof IdentNode ident) {
      if (ident.isThis()) {
        return isStatic() ? className() : null;
      }
      boolean known = ident.getName().equals("globalThis") || scopes.sort(ident.getName()) == Sort.MODULE;
      return known ? ident.getName() : null;
    }
    if (leading instanceof AccessNode access) {
      boolean ofClass = access.getProperty().equals(THIS_CLASS) && access.getBase() instanceof IdentNode ident && ident.isThis();
      String base = ofClass ? null : path(access.getBase());
      return ofClass ? className() : base == null ? null : base + "." + access.getProperty();
    }
    return leading instanceof BaseNode index ? path(index.getBase()) : null;
  }

  private boolean isStatic() {
    return around.stream().filter(function -> !function.isArrow()).findFirst().filter(statics::contains).isPresent();
  }

  private int place(Node node) {
    int found = Arrays.binarySearch(lines, node.getStart());
    return found < 0 ? -found - 1 : found + 1;
  }

  /** Where each line begins. */
  private static int[] lines(String text) {
    return IntStream.concat(IntStream.of(0), IntStream.range(0, text.length()).filter(i -> text.charAt(i) == '\n').map(i -> i + 1)).toArray();
  }
}

package org.amino.runtime.guest.js;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.amino.runtime.guest.OutsideVariable;
import org.amino.runtime.guest.polyglot.GuestLanguage;
import org.amino.runtime.guest.polyglot.GuestSession;
import org.amino.runtime.guest.polyglot.Prelude;
import org.amino.runtime.guest.polyglot.PolyglotContext;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyArray;
import org.graalvm.polyglot.proxy.ProxyExecutable;

/** Opens contexts of JavaScript and evaluates artifacts in them. */
public final class JsLanguage implements GuestLanguage {
  private static final String MODULE = "application/javascript+module";
  private static final String[] PRELUDE = {
    "js/builtins.js", "js/fixed.js", "js/values.js", "js/named.js", "js/records.js", "js/transactions.js", "js/objects.js", "js/timers.js", "js/modules.js", "js/interface.js",
    "js/web_text.js", "js/web_crypto.js", "js/web_late.js",
    "js/graph_bytes.js", "js/graph_constants.js", "js/graph_names.js", "js/graph_kinds.js", "js/graph_write.js", "js/graph_nodes.js", "js/graph_read.js", "js/old_states.js",
    "js/state.js", "js/web_clone.js"};
  private static final String[] ADDRESSES = {"js/web_url_host.js", "js/web_url_parts.js", "js/web_url_params.js", "js/web_url.js"};

  @Override
  public String id() {
    return "js";
  }

  @Override
  public boolean preparable() {
    return true;
  }

  @Override
  public Prepared prepare(GuestSession session) throws IOException {
    ModuleFileSystem files = session.show(new ModuleFileSystem());
    Context.Builder builder = session.builder("js", files);
    builder.option("js.esm-eval-returns-exports", "true").option("js.load", "false").option("js.graal-builtin", "false");
    builder.option("js.locale", "en-US").option("js.text-encoding", "true").option("js.performance", "true").option("js.async-context", "true");
    Context context = session.build(builder);
    JsInspection inspection = new JsInspection();
    Map<String, Object> host = new TreeMap<>(inspection.functions());
    host.putAll(new JsPrivates(inspection).functions());
    host.put("read", (ProxyExecutable) arguments -> session.text(files, arguments[0].asString()));
    host.put("kind", (ProxyExecutable) arguments -> files.kind(arguments[0].asString()));
    host.put("compile", (ProxyExecutable) arguments -> compile(context, arguments));
    host.put("parses", (ProxyExecutable) arguments -> parses(context, arguments));
    host.put("variables", (ProxyExecutable) arguments -> variables(files, arguments));
    host.putAll(WebFunctions.all());
    host.put("loadAddresses", (ProxyExecutable) none -> session.loadMore(ADDRESSES));
    Prelude prelude = session.loadPrelude(context.eval("js", "({ __proto__: null })"), host, JsBuilders::new, PRELUDE);
    files.use(prelude.get("importPath"), prelude.get("moduleText"));
    return () -> new JsContext(session.offered(() -> evaluate(context, session, prelude, files)), files);
  }

  /** Whether the engine can read a text: `script` or `module`, prefix, body, suffix, path. */
  private static boolean parses(Context context, Value[] parts) {
    String text = parts[1].asString() + parts[2].asString() + parts[3].asString();
    Source.Builder source = Source.newBuilder("js", text, parts[4].asString());
    try {
      context.parse(parts[0].asString().equals("module") ? source.mimeType(MODULE).buildLiteral() : source.buildLiteral());
      return true;
    } catch (PolyglotException failed) {
      if (failed.isSyntaxError()) {
        return false;
      }
      throw failed;
    }
  }

  /** The names of the variables of a file's top level that its functions change: of `path`, whether it is a module. */
  private static Object variables(ModuleFileSystem files, Value[] file) {
    List<Object> names = new ArrayList<>();
    for (OutsideVariable variable : JsVariables.of(files, file[0].asString(), file[1].asBoolean())) {
      names.add(variable.name());
    }
    return ProxyArray.fromList(names);
  }

  /** A CommonJS file inside its function: prefix, body, suffix, path. A syntax error is reported as of the file itself. */
  private static Object compile(Context context, Value[] parts) {
    String path = parts[3].asString();
    String body = parts[1].asString();
    try {
      return context.eval(Source.newBuilder("js", parts[0].asString() + body + parts[2].asString(), path).buildLiteral());
    } catch (PolyglotException failed) {
      if (failed.isSyntaxError()) {
        context.parse(Source.newBuilder("js", body, path).buildLiteral());
      }
      throw failed;
    }
  }

  private static Value evaluate(Context context, GuestSession session, Prelude prelude, ModuleFileSystem files) throws IOException {
    String path = "/artifact/" + session.artifact().entry();
    Value offer = prelude.get("offer");
    if (!prelude.get("isModule").execute(path, files.text(path)).asBoolean()) {
      Value module = prelude.get("load").execute(path);
      return offer.execute(module.getMember("exports"), module.getMember("top"), session.className(), path);
    }
    Value namespace = importEntry(context, path, files);
    prelude.put("namespaces", namespaces(context, files, prelude));
    Value top = namespace.getMember("__amino_top__");
    return offer.execute(namespace, top, session.className(), path);
  }

  /** A syntax error is reported as of the file as its author wrote it, without what {@link ModuleFileSystem} adds. */
  private static Value importEntry(Context context, String path, ModuleFileSystem files) throws IOException {
    try {
      return importAll(context, path).getMember("n0");
    } catch (PolyglotException failed) {
      if (failed.isSyntaxError() || failed.getMessage().startsWith("SyntaxError")) {
        for (String read : files.imported()) {
          context.parse(Source.newBuilder("js", files.text(read), read).mimeType(MODULE).build());
        }
      }
      boolean ours = failed.isHostException() || failed.getMessage().contains("Cannot find module");
      throw ours && files.failure() != null ? files.failure() : failed;
    }
  }

  /** The namespaces of modules, as `n0`, `n1`, … */
  private static Value importAll(Context context, String... paths) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < paths.length; i++) {
      text.append("export * as n").append(i).append(" from '").append(paths[i].replace("\\", "\\\\").replace("'", "\\'")).append("';");
    }
    return context.eval(Source.newBuilder("js", text.toString(), "amino:import").mimeType(MODULE).internal(true).cached(false).build());
  }

  /** Pairs of path and namespace of all modules read: an object's state may hold instances of their classes. */
  private static Value namespaces(Context context, ModuleFileSystem files, Prelude prelude) throws IOException {
    String[] paths = files.imported().toArray(new String[0]);
    Value all = importAll(context, paths);
    Value list = prelude.get("build").getMember("list");
    Object[] pairs = new Object[paths.length];
    for (int i = 0; i < paths.length; i++) {
      pairs[i] = list.execute(paths[i], all.getMember("n" + i));
    }
    return list.execute(pairs);
  }
}

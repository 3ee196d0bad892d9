package org.amino.runtime.guest.python;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.amino.runtime.guest.polyglot.ArtifactFileSystem;
import org.amino.runtime.guest.polyglot.GuestLanguage;
import org.amino.runtime.guest.polyglot.GuestSession;
import org.amino.runtime.guest.polyglot.Prelude;
import org.amino.runtime.guest.polyglot.TimeZones;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.io.FileSystem;
import org.graalvm.polyglot.proxy.ProxyArray;
import org.graalvm.polyglot.proxy.ProxyExecutable;

/** Opens contexts of Python and imports artifacts in them. */
public final class PythonLanguage implements GuestLanguage {
  private static final String[] PRELUDE = {"python/process.py", "python/fixed.py", "python/weak.py", "python/loop.py",
      "python/imports.py", "python/substitutes.py", "python/engine_gaps.py",
      "python/values.py", "python/named.py", "python/transactions.py", "python/objects.py", "python/interface.py", "python/outside.py",
      "python/naming.py", "python/kinds.py", "python/library_kinds.py", "python/protocol.py", "python/plans.py",
      "python/columns.py", "python/many.py", "python/capture.py", "python/makers.py", "python/rebuild.py",
      "python/paths.py", "python/old_states.py", "python/state.py"};
  private static final String TABLE = "type('Table', (), {'build': type('Build', (), {})()})()";

  @Override
  public String id() {
    return "python";
  }

  private static FileSystem withZones(FileSystem files) throws IOException {
    return TimeZones.files()
        .map(zones -> FileSystem.newCompositeFileSystem(files, FileSystem.Selector.of(zones, path -> path.startsWith(TimeZones.PLACE))))
        .orElse(files);
  }

  @Override
  public boolean preparable() {
    return true;
  }

  @Override
  public Prepared prepare(GuestSession session) throws IOException {
    ArtifactFileSystem files = session.show(new ArtifactFileSystem());
    Context.Builder builder = session.builder("python", withZones(FileSystem.allowInternalResourceAccess(files)));
    builder.option("python.DontWriteBytecodeFlag", "true").option("python.AlwaysRunExcepthook", "false").option("python.PosixModuleBackend", "java");
    Context context = session.build(builder);
    Map<String, Object> host = new TreeMap<>(UnicodeFacts.all());
    host.put("allows", (ProxyExecutable) arguments -> session.sandbox().allows(arguments[0].asString()));
    host.put("read", (ProxyExecutable) arguments -> session.text(files, arguments[0].asString()));
    host.put("changes", (ProxyExecutable) arguments -> ProxyArray.fromList(PythonVariables.of(arguments[0].asString())));
    host.put("installed", (ProxyExecutable) none -> String.join("\n", InstalledPackages.in(session.artifact().directory())));
    host.put("kind", (ProxyExecutable) arguments -> files.kind(arguments[0].asString()));
    Prelude prelude = session.loadPrelude(context.eval("python", TABLE), host, PythonBuilders::new, PRELUDE);
    return () -> new PythonContext(session.offered(() -> prelude.get("offer").execute(session.artifact().entry(), session.className())));
  }
}

package org.amino.runtime.guest.ruby;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.amino.runtime.guest.polyglot.ArtifactFileSystem;
import org.amino.runtime.guest.polyglot.GuestLanguage;
import org.amino.runtime.guest.polyglot.GuestSession;
import org.amino.runtime.guest.polyglot.Prelude;
import org.amino.runtime.guest.polyglot.Preludes;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.io.FileSystem;
import org.graalvm.polyglot.proxy.ProxyExecutable;

/** Opens contexts of Ruby and loads artifacts in them. */
public final class RubyLanguage implements GuestLanguage {
  private static final String[] PRELUDE = {"ruby/library.rb", "ruby/loading.rb", "ruby/files.rb", "ruby/repairs.rb", "ruby/process.rb", "ruby/fixed.rb",
      "ruby/values.rb", "ruby/named.rb", "ruby/objects.rb", "ruby/transactions.rb",
      "ruby/interface.rb", "ruby/builtins.rb", "ruby/draws.rb", "ruby/kinds.rb", "ruby/constants.rb", "ruby/graph_columns.rb", "ruby/graph_writer.rb", "ruby/graph_parts.rb", "ruby/graph_paths.rb",
      "ruby/graph_reader.rb", "ruby/graph_shells.rb", "ruby/graph_late.rb", "ruby/old_states.rb", "ruby/state.rb"};

  @Override
  public String id() {
    return "ruby";
  }

  @Override
  public boolean preparable() {
    return true;
  }

  @Override
  public Prepared prepare(GuestSession session) throws IOException {
    ArtifactFileSystem files = session.show(new ArtifactFileSystem());
    Context.Builder builder = session.builder("ruby", FileSystem.allowInternalResourceAccess(files));
    builder.option("ruby.rubygems", "false").option("ruby.did-you-mean", "false").option("ruby.platform-native", "false");
    // As the other languages: else a hash is another number in each process, and the replicas of an object differ.
    builder.option("ruby.hashing-deterministic", "true");
    // The engine writes a warning about that into the log of each object.
    builder.option("log.ruby.level", "OFF");
    Context context = session.build(builder);
    Map<String, Object> host = new TreeMap<>(new RubyFiles(files).functions());
    host.putAll(RubyDraws.functions());
    host.put("allows", (ProxyExecutable) arguments -> session.sandbox().allows(arguments[0].asString()));
    host.put("library", new RubyLibrary(context));
    host.put("zlib", new ZlibBytes());
    // Made only when they are asked for: they need a library that no other guest does.
    host.put("yamlEvents", (ProxyExecutable) arguments -> new YamlReader().execute(arguments));
    host.put("yamlText", (ProxyExecutable) arguments -> new YamlWriter().execute(arguments));
    context.eval(Preludes.source("ruby", "ruby/table.rb"));
    Prelude prelude = session.loadPrelude(context.eval("ruby", "Amino::Table.new"), host, RubyBuilders::new, PRELUDE);
    return () -> new RubyContext(session.offered(() -> offer(session, prelude)), files);
  }

  private static Value offer(GuestSession session, Prelude prelude) {
    Value string = prelude.get("build").getMember("string");
    return prelude.get("offer").execute(string.execute(session.artifact().entry()), session.className());
  }
}

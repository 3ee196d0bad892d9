package org.amino.runtime.guest.polyglot;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.amino.runtime.guest.GuestFactory.Artifact;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.ObjectCalls;
import org.amino.runtime.wire.Protocol.Code;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.io.FileSystem;

/** The opening of one guest context: what a language needs for it, and what must be closed when it fails. */
public final class GuestSession {
  /** Evaluates the artifact and gives what the prelude's `offer` gave. */
  public interface Evaluation {
    Value run() throws IOException, GuestFailure;
  }

  private final Supplier<Engine> engine;
  private final Artifact artifact;
  private final ObjectCalls calls;
  private final Sandbox sandbox;
  private final HostCalls hostCalls;
  private final List<Context> built = new ArrayList<>();
  private Prelude prelude;
  private Builders builders;

  GuestSession(Supplier<Engine> engine, Artifact artifact, ObjectCalls calls) {
    this.engine = engine;
    this.artifact = artifact;
    this.calls = calls;
    this.sandbox = new Sandbox(artifact.allow());
    this.hostCalls = new HostCalls(calls);
  }

  public Artifact artifact() {
    return artifact;
  }

  public ObjectCalls calls() {
    return calls;
  }

  public Sandbox sandbox() {
    return sandbox;
  }

  /** A builder with the sandbox's rules and the guest's output led to the log. */
  public Context.Builder builder(String language, FileSystem files) {
    Context.Builder builder = sandbox.builder(engine.get(), language, files);
    return builder.out(new LineOutput(line -> calls.log("info", line))).err(new LineOutput(line -> calls.log("error", line)));
  }

  /** Builds a context that is closed when the opening fails. */
  public Context build(Context.Builder builder) {
    Context context = builder.build();
    built.add(context);
    return context;
  }

  /**
   * Evaluates prelude files; each gives a function of (host, table), which fills the table.
   *
   * @param table the prelude's table, a guest's value with members
   * @param more functions that the language adds to `host`
   * @param makeBuilders the language's builders over the filled table's `build`
   */
  public Prelude loadPrelude(Value table, Map<String, Object> more, Function<Value, Builders> makeBuilders, String... files) {
    Object host = hostCalls.table(more);
    for (String file : files) {
      Source source = Preludes.source(sourceLanguage(file), file);
      table.getContext().eval(source).executeVoid(host, table);
    }
    prelude = new Prelude(table);
    builders = makeBuilders.apply(table.getMember("build"));
    hostCalls.use(builders);
    return prelude;
  }

  private static String sourceLanguage(String file) {
    return file.substring(0, file.indexOf('/'));
  }

  /** A file's text for a prelude's loader, with the guest's path in the error. */
  public String text(ArtifactFileSystem files, String path) {
    try {
      return files.text(path);
    } catch (IOException missing) {
      throw new IllegalArgumentException("cannot read " + path, missing);
    }
  }

  /** The entry option `class` as the prelude wants it: the language's own null when it is not given. */
  public Object className() {
    return artifact.className() == null ? builders.nothing() : builders.string(artifact.className());
  }

  /** Evaluates the artifact; what goes wrong becomes ARTIFACT_INVALID with its place. */
  public PolyglotContext.Opened offered(Evaluation evaluation) throws GuestFailure {
    try {
      return new PolyglotContext.Opened(artifact, built.get(built.size() - 1), prelude, builders, evaluation.run());
    } catch (PolyglotException failed) {
      throw GuestErrors.ofArtifact(failed, prelude.get("describeThrown"), artifact.entry());
    } catch (IOException unreadable) {
      throw GuestFailure.of(Code.ARTIFACT_INVALID, "artifact " + artifact.entry() + " cannot be read: " + unreadable.getMessage());
    }
  }

  /** After a failed opening. */
  void abandon() {
    for (Context context : built) {
      context.close(true);
    }
  }
}

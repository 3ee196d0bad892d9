package org.amino.runtime.guest.polyglot;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.amino.runtime.guest.Fixed;
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

/**
 * The opening of one guest context: what a language needs for it, and what must be closed when it fails. Its artifact may come after the
 * context has been made.
 */
public final class GuestSession {
  /** Evaluates the artifact and gives what the prelude's `offer` gave. */
  public interface Evaluation {
    Value run() throws IOException, GuestFailure;
  }

  private final Supplier<Engine> engine;
  private final Sandbox sandbox;
  private final HostCalls hostCalls = new HostCalls(this::calls, this::fixed);
  private final List<ArtifactFileSystem> shown = new ArrayList<>();
  private final List<Context> built = new ArrayList<>();
  private volatile Artifact artifact;
  private volatile ObjectCalls calls;
  private Fixed evaluating;
  private Object preludeHost;
  private Value preludeTable;
  private Prelude prelude;
  private Builders builders;

  /**
   * @param allow the operator's permissions, of {@link Sandbox#PERMISSIONS}
   */
  GuestSession(Supplier<Engine> engine, List<String> allow) {
    this.engine = engine;
    this.sandbox = new Sandbox(allow);
  }

  /** Says which artifact is to be evaluated, and whom its objects call. Once, before {@link GuestLanguage.Prepared#open}. */
  void use(Artifact given, ObjectCalls outside) throws IOException {
    artifact = given;
    calls = outside;
    for (ArtifactFileSystem files : shown) {
      files.show(given.directory());
    }
  }

  /** Lets a file system show the artifact's files as soon as there is an artifact. */
  public <F extends ArtifactFileSystem> F show(F files) throws IOException {
    if (artifact == null) {
      shown.add(files);
    } else {
      files.show(artifact.directory());
    }
    return files;
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
    return builder.out(new LineOutput(line -> log("info", line))).err(new LineOutput(line -> log("error", line)));
  }

  /** Before there is an artifact nobody's lines are written. */
  private void log(String level, String line) {
    if (calls != null) {
      calls.log(level, line);
    }
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
    preludeHost = hostCalls.table(more);
    preludeTable = table;
    loadMore(files);
    prelude = new Prelude(table);
    builders = makeBuilders.apply(table.getMember("build"));
    hostCalls.use(builders);
    return prelude;
  }

  /** Evaluates further prelude files. Answers null, as functions of `host` without a result do. */
  public Object loadMore(String... files) {
    for (String file : files) {
      Source source = Preludes.source(sourceLanguage(file), file);
      preludeTable.getContext().eval(source).executeVoid(preludeHost, preludeTable);
    }
    return null;
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
      return new PolyglotContext.Opened(artifact, built.get(built.size() - 1), prelude, builders, evaluated(evaluation));
    } catch (PolyglotException failed) {
      throw GuestErrors.ofArtifact(failed, prelude.get("describeThrown"), artifact.entry());
    } catch (IOException unreadable) {
      throw GuestFailure.of(Code.ARTIFACT_INVALID, "artifact " + artifact.entry() + " cannot be read: " + unreadable.getMessage());
    }
  }

  private Value evaluated(Evaluation evaluation) throws IOException, GuestFailure {
    if (artifact.fixed() == null) {
      return evaluation.run();
    }
    evaluating = artifact.fixed().begin();
    evaluating.at("artifact " + artifact.entry());
    prelude.get("fix").executeVoid(true);
    try {
      return evaluation.run();
    } finally {
      prelude.get("fix").executeVoid(false);
      evaluating = null;
    }
  }

  /** The circumstances of what runs now: of a call, or of the evaluation of the artifact. */
  private Fixed fixed() {
    Fixed known = evaluating == null ? calls.fixed() : evaluating;
    // A prelude asks only where there are any; a guest that has found the function may ask at any time.
    return known == null ? new Fixed(0, 0) : known;
  }

  /** After a failed opening. */
  void abandon() {
    for (Context context : built) {
      context.close(true);
    }
  }
}

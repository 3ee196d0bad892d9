package org.amino.runtime.guest.polyglot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.amino.runtime.guest.GuestContext;
import org.amino.runtime.guest.GuestFactory;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.ObjectCalls;
import org.amino.runtime.guest.java.JavaLanguage;
import org.amino.runtime.guest.js.JsLanguage;
import org.amino.runtime.guest.llvm.LlvmLanguage;
import org.amino.runtime.guest.polyglot.Spares.Spare;
import org.amino.runtime.guest.python.PythonLanguage;
import org.amino.runtime.guest.ruby.RubyLanguage;
import org.amino.runtime.guest.wasm.WasmLanguage;
import org.amino.runtime.wire.Protocol.Code;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.PolyglotException;

/** The factory of all guest languages: one engine, so that contexts share code, made when it is first needed. */
public final class PolyglotGuests implements GuestFactory {
  private final Map<String, GuestLanguage> byName = new TreeMap<>();
  private final Spares spares = new Spares(this::engine);
  private Engine engine;

  public PolyglotGuests() {
    for (GuestLanguage language : List.of(new JsLanguage(), new PythonLanguage(), new RubyLanguage(), new LlvmLanguage(), new WasmLanguage(), new JavaLanguage())) {
      byName.put(language.id(), language);
    }
  }

  private synchronized Engine engine() {
    if (engine == null) {
      engine = Engine.newBuilder().option("engine.WarnInterpreterOnly", "false").allowExperimentalOptions(true).build();
    }
    return engine;
  }

  @Override
  public GuestContext open(Artifact artifact, ObjectCalls calls) throws GuestFailure {
    GuestLanguage language = language(artifact.language());
    requireFiles(artifact);
    return open(artifact, calls, spares.take(language, artifact.allow()));
  }

  private static GuestContext open(Artifact artifact, ObjectCalls calls, Spare spare) throws GuestFailure {
    GuestSession session = spare.session();
    try {
      session.use(artifact, calls);
      return spare.prepared().open();
    } catch (GuestFailure refused) {
      session.abandon();
      throw refused;
    } catch (IOException unreadable) {
      session.abandon();
      throw GuestFailure.of(Code.ARTIFACT_INVALID, "artifact " + artifact.entry() + " cannot be read: " + unreadable.getMessage());
    } catch (RuntimeException failed) {
      session.abandon();
      throw GuestErrors.ofArtifact(failed, null, artifact.entry());
    }
  }

  private GuestLanguage language(String name) throws GuestFailure {
    GuestLanguage language = byName.get(name);
    if (language == null) {
      throw GuestFailure.of(Code.LANGUAGE_UNKNOWN, "there is no guest language " + name + "; there are " + String.join(", ", byName.keySet()));
    }
    if (!present(language)) {
      throw GuestFailure.of(Code.JARS_MISSING, "the jars of the guest language " + name + " are not on the class path; fetch them and start the kernel again");
    }
    return language;
  }

  private boolean present(GuestLanguage language) {
    return language.engineLanguage() == null || engine().getLanguages().containsKey(language.engineLanguage());
  }

  private static void requireFiles(Artifact artifact) throws GuestFailure {
    Path directory = artifact.directory().toAbsolutePath().normalize();
    Path entry = directory.resolve(artifact.entry()).normalize();
    if (!artifact.language().equals("java") && (!entry.startsWith(directory) || !Files.isRegularFile(entry))) {
      throw GuestFailure.of(Code.ARTIFACT_INVALID, "the artifact has no file " + artifact.entry() + "; name a file that is in it");
    }
  }

  @Override
  public void prewarm(String name) throws GuestFailure {
    GuestLanguage language = language(name);
    if (language.engineLanguage() == null) {
      return;
    }
    try {
      spares.load(language);
    } catch (IOException unreadable) {
      throw GuestFailure.of(Code.JVM_UNUSABLE, "the files of the language " + name + " cannot be read: " + unreadable.getMessage());
    } catch (PolyglotException failed) {
      throw GuestErrors.outgoing(failed, null);
    }
  }

  @Override
  public List<String> languages() {
    List<String> names = new ArrayList<>();
    for (GuestLanguage language : byName.values()) {
      if (present(language)) {
        names.add(language.id());
      }
    }
    return names;
  }

  @Override
  public String versionOf(String name) {
    GuestLanguage language = byName.get(name);
    boolean ours = language == null || language.engineLanguage() == null || !present(language);
    return ours ? "" : engine().getLanguages().get(language.engineLanguage()).getVersion() + " on " + engine().getVersion();
  }

  @Override
  public String engineName() {
    return engine().getImplementationName();
  }
}

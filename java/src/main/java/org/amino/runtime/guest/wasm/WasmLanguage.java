package org.amino.runtime.guest.wasm;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import org.amino.runtime.guest.GuestContext;
import org.amino.runtime.guest.GuestFactory.Artifact;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.c.CContext;
import org.amino.runtime.guest.c.CModule;
import org.amino.runtime.guest.c.HostFunction;
import org.amino.runtime.guest.polyglot.ArtifactFileSystem;
import org.amino.runtime.guest.polyglot.GuestLanguage;
import org.amino.runtime.guest.polyglot.GuestSession;
import org.amino.runtime.guest.polyglot.Interruption;
import org.amino.runtime.wire.Protocol.Code;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.io.ByteSequence;
import org.graalvm.polyglot.proxy.ProxyObject;

/** Opens contexts of WebAssembly. */
public final class WasmLanguage implements GuestLanguage {
  @Override
  public String id() {
    return "wasm";
  }

  @Override
  public Prepared prepare(GuestSession session) {
    return () -> open(session);
  }

  private static GuestContext open(GuestSession session) throws GuestFailure, IOException {
    Artifact artifact = session.artifact();
    ModuleFacts facts = facts(artifact);
    ModuleRules.check(facts, artifact.entry());
    Context context = session.build(session.builder("wasm", session.show(new ArtifactFileSystem())));
    try {
      ByteSequence code = ByteSequence.create(OpenedModule.bytes(facts));
      Value module = context.eval(Source.newBuilder("wasm", code, artifact.entry()).build());
      return new WasmContext(session, context, module, facts);
    } catch (PolyglotException invalid) {
      throw noModule(artifact, invalid.getMessage());
    }
  }

  private static ModuleFacts facts(Artifact artifact) throws GuestFailure, IOException {
    try {
      return new ModuleFacts(Files.readAllBytes(artifact.directory().resolve(artifact.entry())));
    } catch (ModuleBytes.Malformed malformed) {
      throw noModule(artifact, malformed.getMessage());
    }
  }

  private static GuestFailure noModule(Artifact artifact, String why) {
    return GuestFailure.of(Code.ARTIFACT_INVALID, "artifact " + artifact.entry() + " is no WebAssembly module that can run here: " + why);
  }

  /** One context, an instance for each object. */
  private static final class WasmContext extends CContext {
    private final Context context;
    private final Value module;
    private final ModuleFacts facts;

    WasmContext(GuestSession session, Context context, Value module, ModuleFacts facts) throws GuestFailure {
      super(session.artifact(), session.calls());
      this.context = context;
      this.module = module;
      this.facts = facts;
      inspect();
    }

    @Override
    protected String typeOf(String export) {
      return facts.type(export);
    }

    @Override
    protected CModule instantiate(HostFunction host) {
      Object imports = ProxyObject.fromMap(Map.of("amino", ProxyObject.fromMap(Map.of("host", host))));
      return new WasmModule(module.newInstance(imports), facts);
    }

    @Override
    public boolean interrupt(Duration patience) {
      return Interruption.of(context, patience);
    }

    @Override
    public void close() {
      context.close(true);
    }
  }
}

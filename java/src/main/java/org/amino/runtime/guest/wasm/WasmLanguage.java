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
    Context context = session.build(session.builder("wasm", session.show(new ArtifactFileSystem())));
    byte[] code = Files.readAllBytes(artifact.directory().resolve(artifact.entry()));
    try {
      Value module = context.eval(Source.newBuilder("wasm", ByteSequence.create(code), artifact.entry()).build());
      return new WasmContext(session, context, module);
    } catch (PolyglotException invalid) {
      throw GuestFailure.of(Code.ARTIFACT_INVALID, "artifact " + artifact.entry() + " is no WebAssembly module that can run here: " + invalid.getMessage());
    }
  }

  /** One context, an instance for each object. */
  private static final class WasmContext extends CContext {
    private final Context context;
    private final Value module;

    WasmContext(GuestSession session, Context context, Value module) throws GuestFailure {
      super(session.artifact(), session.calls());
      this.context = context;
      this.module = module;
      inspect();
    }

    @Override
    protected CModule instantiate(HostFunction host) {
      Object imports = ProxyObject.fromMap(Map.of("amino", ProxyObject.fromMap(Map.of("host", host))));
      return new WasmModule(module.newInstance(imports));
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

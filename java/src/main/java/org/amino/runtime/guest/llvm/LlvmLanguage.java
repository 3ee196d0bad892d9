package org.amino.runtime.guest.llvm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.amino.runtime.guest.GuestContext;
import org.amino.runtime.guest.GuestFactory.Artifact;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.c.CContext;
import org.amino.runtime.guest.c.CModule;
import org.amino.runtime.guest.c.HostFunction;
import org.amino.runtime.guest.polyglot.ArtifactFileSystem;
import org.amino.runtime.guest.polyglot.GuestLanguage;
import org.amino.runtime.guest.polyglot.GuestSession;
import org.amino.runtime.wire.Protocol.Code;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.io.ByteSequence;
import org.graalvm.polyglot.io.FileSystem;

/** Opens contexts of LLVM bitcode. */
public final class LlvmLanguage implements GuestLanguage {
  /** A function of `sdk/c/amino.hpp`, by whose name an artifact is known to need the library of C++, which the engine brings. */
  private static final String CPP = "amino_needs_cpp_library";

  @Override
  public String id() {
    return "llvm";
  }

  @Override
  public Prepared prepare(GuestSession session) {
    return () -> open(session);
  }

  private static GuestContext open(GuestSession session) throws GuestFailure, IOException {
    Artifact artifact = session.artifact();
    if (!session.sandbox().allows("native")) {
      throw GuestFailure.of(Code.NATIVE_NOT_ALLOWED, "artifact " + artifact.entry() + " is LLVM bitcode, which runs with the full rights of the kernel's process;"
          + " compile it to WebAssembly, or start the kernel with --allow native");
    }
    byte[] code = Files.readAllBytes(artifact.directory().resolve(artifact.entry()));
    Source source = Source.newBuilder("llvm", ByteSequence.create(code), artifact.entry()).build();
    return new LlvmContext(session, source);
  }

  /** A polyglot context for each object. */
  private static final class LlvmContext extends CContext {
    private final GuestSession session;
    private final Source source;
    private final boolean cpp;
    private final Set<Context> contexts = ConcurrentHashMap.newKeySet();

    LlvmContext(GuestSession session, Source source) throws GuestFailure {
      super(session.artifact(), session.calls());
      this.session = session;
      this.source = source;
      cpp = new String(source.getBytes().toByteArray(), StandardCharsets.ISO_8859_1).contains(CPP);
      inspect();
    }

    @Override
    protected CModule instantiate(HostFunction host) throws GuestFailure {
      try {
        Context context = session.build(builder());
        contexts.add(context);
        Value library = context.eval(source);
        if (library.getMember("amino_attach") == null) {
          throw GuestFailure.of(Code.ARTIFACT_INVALID, "artifact " + source.getName() + " is bitcode that does not include sdk/c/amino.h");
        }
        library.getMember("amino_attach").executeVoid(host);
        return new LlvmModule(context, library);
      } catch (PolyglotException invalid) {
        throw GuestFailure.of(Code.ARTIFACT_INVALID, "artifact " + source.getName() + " is no LLVM bitcode that can run here: " + invalid.getMessage());
      } catch (IOException unreadable) {
        throw GuestFailure.of(Code.ARTIFACT_INVALID, "artifact " + source.getName() + " cannot be read: " + unreadable.getMessage());
      }
    }

    /** Zig names the C library's version in the triple, which the engine's check takes for another machine. */
    private Context.Builder builder() throws IOException {
      ArtifactFileSystem files = session.show(new ArtifactFileSystem());
      Context.Builder builder = session.builder("llvm", FileSystem.allowInternalResourceAccess(files)).option("llvm.verifyBitcode", "false")
          .option("log.llvm.BitcodeVerifier.level", "OFF");
      return cpp ? builder.option("llvm.libraries", "libc++.so.1") : builder;
    }

    /** Bitcode cannot be interrupted, only ended: with its object. */
    @Override
    public boolean interrupt(Duration patience) {
      return false;
    }

    @Override
    public void close() {
      for (Context context : contexts) {
        context.close(true);
      }
    }
  }
}

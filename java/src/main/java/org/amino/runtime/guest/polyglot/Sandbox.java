package org.amino.runtime.guest.polyglot;

import java.io.InputStream;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.EnvironmentAccess;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.PolyglotAccess;
import org.graalvm.polyglot.io.FileSystem;
import org.graalvm.polyglot.io.IOAccess;
import org.graalvm.polyglot.io.ProcessHandler;

/** The rules under which guests run: nothing of the host but the artifact's files, unless the kernel's operator allows it. */
public final class Sandbox {
  /** What an operator may allow (docs/bridge.md, options of `load`). */
  public static final Set<String> PERMISSIONS = Set.of("native", "io", "network", "env", "host", "threads");

  /**
   * Byte buffers that the runtime itself passes may be read; no host object is ever passed with members. It is one object because all
   * contexts of an engine must have the same.
   */
  private static final HostAccess BUFFERS_ONLY = HostAccess.newBuilder().allowBufferAccess(true).build();

  private final Set<String> allow;

  /**
   * @param allow the operator's permissions, of {@link #PERMISSIONS}
   */
  public Sandbox(List<String> allow) {
    this.allow = Set.copyOf(allow);
  }

  Set<String> permissions() {
    return allow;
  }

  public boolean allows(String permission) {
    return allow.contains(permission);
  }

  /**
   * A context's builder with everything closed that is not allowed.
   *
   * @param files the artifact's file system; where `io` is allowed the files of the host stand beside it
   */
  public Context.Builder builder(Engine engine, String language, FileSystem files) {
    Context.Builder builder = Context.newBuilder(language).engine(engine).allowExperimentalOptions(true);
    // The process's own input may be a control pipe: a guest that waits for it cannot be interrupted.
    builder.in(InputStream.nullInputStream());
    if (!allows("env")) {
      builder.timeZone(ZoneId.of("UTC"));
    }
    builder.allowHostAccess(BUFFERS_ONLY).allowPolyglotAccess(PolyglotAccess.NONE).allowInnerContextOptions(false);
    if (allows("host")) {
      builder.allowHostClassLookup(name -> true).allowHostClassLoading(true);
    }
    builder.allowNativeAccess(allows("native")).allowCreateThread(allows("threads"));
    builder.allowCreateProcess(false).processHandler(Sandbox::refuseProcess);
    builder.allowEnvironmentAccess(allows("env") ? EnvironmentAccess.INHERIT : EnvironmentAccess.NONE);
    return builder.allowIO(io(files)).currentWorkingDirectory(ArtifactFileSystem.ROOT);
  }

  /** A context that sees no files at all, made only to load a language. */
  Context warm(Engine engine, String language) {
    return Context.newBuilder(language).engine(engine).allowHostAccess(BUFFERS_ONLY).allowPolyglotAccess(PolyglotAccess.NONE).build();
  }

  private IOAccess io(FileSystem files) {
    IOAccess.Builder io = IOAccess.newBuilder().allowHostSocketAccess(allows("network"));
    return io.fileSystem(allows("io") ? besideHostFiles(files) : files).build();
  }

  private static FileSystem besideHostFiles(FileSystem files) {
    FileSystem.Selector artifact = FileSystem.Selector.of(files, path -> path.startsWith(ArtifactFileSystem.ROOT));
    return FileSystem.newCompositeFileSystem(FileSystem.newDefaultFileSystem(), artifact);
  }

  private static Process refuseProcess(ProcessHandler.ProcessCommand command) {
    throw new SecurityException("guests may not start processes");
  }
}

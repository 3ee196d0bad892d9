package org.amino.runtime.guest.js;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import org.amino.runtime.guest.polyglot.ArtifactFileSystem;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Value;

/**
 * The artifact as `import` sees it: a bare name leads into node_modules, a CommonJS file reads as a module of its exports, and an ES module
 * also exports its top-level classes, so that their instances can be restored.
 */
final class ModuleFileSystem extends ArtifactFileSystem {
  private final Set<String> imported = new LinkedHashSet<>();
  private Value importPath;
  private Value moduleText;
  private PolyglotException failure;

  /** Set once the prelude is there; both are called on the thread that imports. */
  void use(Value resolver, Value texts) {
    importPath = resolver;
    moduleText = texts;
  }

  /** Paths of the ES modules that were read so far. */
  Set<String> imported() {
    return imported;
  }

  /** What a CommonJS file threw while it was imported, or null: the engine hands it on as an error of its own. */
  PolyglotException failure() {
    return failure;
  }

  private String ask(Value prelude, String path) {
    try {
      return prelude.execute(path).asString();
    } catch (PolyglotException thrown) {
      failure = thrown;
      throw thrown;
    }
  }

  @Override
  public Path parsePath(String path) {
    boolean bare = importPath != null && !path.isEmpty() && !path.startsWith("/") && !path.startsWith(".");
    if (!bare) {
      return Path.of(path);
    }
    try {
      return Path.of(ask(importPath, path));
    } catch (PolyglotException missing) {
      // Where nothing is: the engine makes an error of its language of that, and none of an exception of Java.
      return Path.of("/", path);
    }
  }

  /** `node:fs` and the like reach the engine as addresses; the prelude says what is to be said of them. */
  @Override
  public Path parsePath(URI uri) {
    return "node".equals(uri.getScheme()) ? parsePath(uri.toString()) : super.parsePath(uri);
  }

  @Override
  protected SeekableByteChannel open(Path virtual, Path host) throws IOException {
    String path = virtual.toString();
    boolean module = moduleText != null && (path.endsWith(".js") || path.endsWith(".mjs") || path.endsWith(".cjs"));
    if (!module) {
      return super.open(virtual, host);
    }
    imported.add(path);
    return new TextChannel(ask(moduleText, path).getBytes(StandardCharsets.UTF_8));
  }

  /** Bytes in memory, read as a file. */
  private static final class TextChannel implements SeekableByteChannel {
    private final ByteBuffer bytes;
    private boolean open = true;

    TextChannel(byte[] content) {
      bytes = ByteBuffer.wrap(content);
    }

    @Override
    public int read(ByteBuffer into) {
      if (!bytes.hasRemaining()) {
        return -1;
      }
      int count = Math.min(bytes.remaining(), into.remaining());
      into.put(bytes.slice(bytes.position(), count));
      bytes.position(bytes.position() + count);
      return count;
    }

    @Override
    public int write(ByteBuffer from) {
      throw new NonWritableChannelException();
    }

    @Override
    public long position() {
      return bytes.position();
    }

    @Override
    public SeekableByteChannel position(long position) {
      bytes.position((int) Math.min(position, bytes.limit()));
      return this;
    }

    @Override
    public long size() {
      return bytes.limit();
    }

    @Override
    public SeekableByteChannel truncate(long size) {
      throw new NonWritableChannelException();
    }

    @Override
    public boolean isOpen() {
      return open;
    }

    @Override
    public void close() {
      open = false;
    }
  }
}

package org.amino.runtime.guest.polyglot;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.graalvm.polyglot.io.FileSystem;

/**
 * What a guest sees of files: its artifact, read-only, at {@link #ROOT}, and nothing else. Symbolic links that lead out of the artifact are
 * not followed, and no path of the host is shown, not in an error either.
 */
public class ArtifactFileSystem implements FileSystem {
  /** Where the artifact stands for its guest. */
  public static final Path ROOT = Path.of("/artifact");

  /** A folder on the host, and what it is without symbolic links. */
  private record Folder(Path directory, Path real) {}

  private final Path root;
  /** Null until there is an artifact: then nothing is anywhere. */
  private volatile Folder folder;

  /** Without files, until {@link #show}. */
  public ArtifactFileSystem() {
    root = ROOT;
  }

  /**
   * @param root where the folder stands for the guest
   * @param directory the folder on the host
   */
  public ArtifactFileSystem(Path root, Path directory) throws IOException {
    this.root = root;
    show(directory);
  }

  /**
   * @param directory the unpacked artifact on the host
   */
  final void show(Path directory) throws IOException {
    folder = new Folder(directory.toAbsolutePath().normalize(), directory.toRealPath());
  }

  /** The place on the host of a guest's path. */
  protected final Path real(Path path) throws IOException {
    Path virtual = toAbsolutePath(path).normalize();
    Folder shown = folder;
    if (shown == null || !virtual.startsWith(root)) {
      throw new NoSuchFileException(virtual.toString());
    }
    Path host = shown.directory().resolve(root.relativize(virtual).toString()).normalize();
    if (Files.exists(host) && !host.toRealPath().startsWith(shown.real())) {
      throw new NoSuchFileException(virtual.toString());
    }
    return host;
  }

  /** The file as text, for a prelude's own loader. */
  public final String text(String path) throws IOException {
    Path host = real(Path.of(path));
    if (!Files.isRegularFile(host)) {
      throw new NoSuchFileException(path);
    }
    return Files.readString(host);
  }

  /** The file as it is, for a prelude that reads files by itself. */
  public final byte[] bytes(String path) throws IOException {
    Path host = real(Path.of(path));
    if (!Files.isRegularFile(host)) {
      throw new NoSuchFileException(path);
    }
    return Files.readAllBytes(host);
  }

  /** The names in a folder, sorted, for a prelude that lists folders by itself. */
  public final List<String> names(String path) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = newDirectoryStream(Path.of(path), entry -> true)) {
      entries.forEach(entry -> names.add(entry.getFileName().toString()));
    }
    Collections.sort(names);
    return names;
  }

  /** 0: nothing there, 1: a file, 2: a directory. */
  public final int kind(String path) {
    try {
      Path host = real(Path.of(path));
      return Files.isRegularFile(host) ? 1 : Files.isDirectory(host) ? 2 : 0;
    } catch (IOException | IllegalArgumentException e) {
      return 0;
    }
  }

  private static AccessDeniedException denied(Path path) {
    return new AccessDeniedException(path.toString(), null, "an artifact is read-only");
  }

  /** Whatever is no file is nowhere. */
  @Override
  public Path parsePath(URI uri) {
    return "file".equals(uri.getScheme()) ? Path.of(uri) : Path.of("/", uri.toString());
  }

  @Override
  public Path parsePath(String path) {
    return Path.of(path);
  }

  @Override
  public void checkAccess(Path path, Set<? extends AccessMode> modes, LinkOption... options) throws IOException {
    if (!Files.exists(real(path), options)) {
      throw new NoSuchFileException(path.toString());
    }
    if (modes.contains(AccessMode.WRITE)) {
      throw denied(path);
    }
  }

  @Override
  public void createDirectory(Path path, FileAttribute<?>... attributes) throws IOException {
    throw denied(path);
  }

  @Override
  public void delete(Path path) throws IOException {
    throw denied(path);
  }

  @Override
  public SeekableByteChannel newByteChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
    Path host = real(path);
    for (OpenOption option : options) {
      if (option != StandardOpenOption.READ) {
        throw denied(path);
      }
    }
    if (!Files.isRegularFile(host)) {
      throw new NoSuchFileException(path.toString());
    }
    return open(toAbsolutePath(path).normalize(), host);
  }

  /** Opens a file for reading; a language may give another text than the file has. */
  protected SeekableByteChannel open(Path virtual, Path host) throws IOException {
    return Files.newByteChannel(host, StandardOpenOption.READ);
  }

  @Override
  public DirectoryStream<Path> newDirectoryStream(Path path, DirectoryStream.Filter<? super Path> filter) throws IOException {
    Path host = real(path);
    if (!Files.isDirectory(host)) {
      throw Files.exists(host) ? new NotDirectoryException(path.toString()) : new NoSuchFileException(path.toString());
    }
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> children = Files.newDirectoryStream(host)) {
      for (Path child : children) {
        Path entry = path.resolve(child.getFileName().toString());
        if (filter.accept(entry)) {
          entries.add(entry);
        }
      }
    }
    return new Listing(entries);
  }

  private record Listing(List<Path> entries) implements DirectoryStream<Path> {
    @Override
    public Iterator<Path> iterator() {
      return entries.iterator();
    }

    @Override
    public void close() {}
  }

  @Override
  public Path toAbsolutePath(Path path) {
    return path.isAbsolute() ? path : ROOT.resolve(path);
  }

  @Override
  public Path toRealPath(Path path, LinkOption... options) throws IOException {
    Path host = real(path);
    if (!Files.exists(host, options)) {
      throw new NoSuchFileException(path.toString());
    }
    return root.resolve(folder.real().relativize(host.toRealPath(options)).toString()).normalize();
  }

  @Override
  public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) throws IOException {
    Path host = real(path);
    if (!Files.exists(host, options)) {
      throw new NoSuchFileException(path.toString());
    }
    return Files.readAttributes(host, attributes, options);
  }

  @Override
  public void setAttribute(Path path, String attribute, Object value, LinkOption... options) throws IOException {
    throw denied(path);
  }

  @Override
  public Path readSymbolicLink(Path link) throws IOException {
    throw new NotLinkException(link.toString());
  }

  /** The working directory is the artifact and stays so. */
  @Override
  public void setCurrentWorkingDirectory(Path path) {
    if (!ROOT.equals(path)) {
      throw new IllegalArgumentException("a guest's working directory is " + ROOT);
    }
  }

  @Override
  public boolean isSameFile(Path first, Path second, LinkOption... options) throws IOException {
    return toRealPath(first, options).equals(toRealPath(second, options));
  }
}

package org.amino.runtime.guest.java;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.Protocol.Code;

/** The classes of an artifact: its folder, a build tool's folder in it, all jars in it, and what its sources compile to. */
final class ArtifactClasses extends URLClassLoader {
  /** Where Maven puts the classes of a project. */
  private static final String BUILT = "target/classes";
  private final Path artifact;
  private final List<Path> folders;
  private final List<Path> jars;
  private final Path compiled;
  private final Map<String, String> refused = new ConcurrentSkipListMap<>();

  private ArtifactClasses(Path artifact, List<Path> folders, List<Path> jars, Path compiled) throws MalformedURLException {
    super(urls(folders, jars), ArtifactClasses.class.getClassLoader());
    this.artifact = artifact;
    this.folders = List.copyOf(folders);
    this.jars = List.copyOf(jars);
    this.compiled = compiled;
  }

  private static URL[] urls(List<Path> folders, List<Path> jars) throws MalformedURLException {
    List<URL> urls = new ArrayList<>();
    for (Path place : Stream.concat(folders.stream(), jars.stream()).toList()) {
      urls.add(place.toUri().toURL());
    }
    return urls.toArray(new URL[0]);
  }

  static ArtifactClasses of(Path artifact) throws GuestFailure, IOException {
    List<Path> jars = new ArrayList<>();
    List<Path> sources = new ArrayList<>();
    // Sorted, so that each kernel looks into the jars in the same order.
    try (Stream<Path> files = Files.walk(artifact).filter(Files::isRegularFile).sorted()) {
      for (Path file : files.toList()) {
        if (file.toString().endsWith(".jar")) {
          requireReadable(artifact, file);
          jars.add(file);
        } else if (file.toString().endsWith(".java")) {
          sources.add(file);
        }
      }
    }
    List<Path> folders = new ArrayList<>(List.of(artifact));
    if (Files.isDirectory(artifact.resolve(BUILT))) {
      folders.add(artifact.resolve(BUILT));
    }
    if (sources.isEmpty()) {
      return new ArtifactClasses(artifact, folders, jars, null);
    }
    Path compiled = Files.createTempDirectory("amino-classes");
    compile(artifact, sources, Stream.concat(folders.stream(), jars.stream()).toList(), compiled);
    folders.add(0, compiled);
    return new ArtifactClasses(artifact, folders, jars, compiled);
  }

  /** A class loader passes over a jar that it cannot read, and would only say that a class is missing. */
  private static void requireReadable(Path artifact, Path jar) throws GuestFailure {
    try (JarFile opened = new JarFile(jar.toFile())) {
      opened.getManifest();
    } catch (IOException | SecurityException unreadable) {
      throw GuestFailure.of(Code.ARTIFACT_INVALID, "the artifact's file " + artifact.relativize(jar) + " is no jar that can be read; build or copy it again");
    }
  }

  private static void compile(Path artifact, List<Path> sources, List<Path> places, Path compiled) throws GuestFailure, IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    if (compiler == null) {
      throw GuestFailure.of(Code.ARTIFACT_INVALID, "the artifact is Java source, and this JVM has no compiler; compile it, or run the kernel on a JDK");
    }
    String path = Stream.concat(Stream.of(System.getProperty("java.class.path")), places.stream().map(Path::toString))
        .collect(Collectors.joining(File.pathSeparator));
    StringWriter messages = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      List<String> options = List.of("-parameters", "-proc:none", "-d", compiled.toString(), "-cp", path);
      if (!compiler.getTask(messages, files, null, options, null, files.getJavaFileObjectsFromPaths(sources)).call()) {
        delete(compiled);
        String text = messages.toString().replace(artifact + "/", "");
        throw GuestFailure.of(Code.ARTIFACT_INVALID, "the artifact cannot be compiled: " + text.strip());
      }
    }
  }

  /** Its classes ask the runtime for the time and for random numbers ({@link ServedCalls}). */
  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    URL place = findResource(name.replace('.', '/') + ".class");
    if (place == null) {
      throw new ClassNotFoundException(name);
    }
    try {
      byte[] file = bytes(place);
      ServedCalls.Result served = ServedCalls.of(file);
      if (isOwn(place)) {
        served.refused().forEach(called -> refused.putIfAbsent(called, name));
      }
      return served.file().length == file.length ? super.findClass(name) : define(name, place, served.file());
    } catch (IOException unreadable) {
      throw new ClassNotFoundException(name, unreadable);
    }
  }

  private static byte[] bytes(URL place) throws IOException {
    URLConnection connection = place.openConnection();
    connection.setUseCaches(false);
    try (InputStream in = connection.getInputStream()) {
      return in.readAllBytes();
    }
  }

  private Class<?> define(String name, URL place, byte[] file) throws IOException {
    URL source = place.openConnection() instanceof JarURLConnection jar ? jar.getJarFileURL() : place;
    int end = name.lastIndexOf('.');
    if (end > 0 && getDefinedPackage(name.substring(0, end)) == null) {
      try {
        definePackage(name.substring(0, end), manifest(source), source);
      } catch (IllegalArgumentException meanwhile) {
        // Another thread has defined it.
        return defineClass(name, file, 0, file.length, new CodeSource(source, (Certificate[]) null));
      }
    }
    return defineClass(name, file, 0, file.length, new CodeSource(source, (Certificate[]) null));
  }

  private static Manifest manifest(URL source) throws IOException {
    if (!source.getPath().endsWith(".jar")) {
      return new Manifest();
    }
    try (JarFile jar = new JarFile(Path.of(URI.create(source.toString())).toFile())) {
      Manifest found = jar.getManifest();
      return found == null ? new Manifest() : found;
    }
  }

  /** Whether a class is the artifact's, and no library's: it lies in a folder, or in a jar directly in the artifact. */
  private boolean isOwn(URL place) {
    String text = place.toString();
    return !text.startsWith("jar:") || jars.stream().anyMatch(jar -> jar.getParent().equals(artifact) && text.startsWith("jar:" + jar.toUri()));
  }

  /** What its own classes call that differs between the replicas of an object, with the class that does; of classes that have been loaded. */
  Map<String, String> refused() {
    return refused;
  }

  Path artifact() {
    return artifact;
  }

  /** The folders that packages of classes begin in. */
  List<Path> folders() {
    return folders;
  }

  List<Path> jars() {
    return jars;
  }

  /** Makes this the loader in which libraries look for classes and resources by name, until the answer is closed. */
  Entered enter() {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(this);
    return () -> thread.setContextClassLoader(before);
  }

  @Override
  public void close() throws IOException {
    super.close();
    if (compiled != null) {
      delete(compiled);
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}

package org.amino.runtime.guest.java;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.Protocol.Code;

/** The classes of an artifact: its directory, the jars in it, and what its sources compile to. */
final class ArtifactClasses extends URLClassLoader {
  private final Path compiled;

  private ArtifactClasses(URL[] places, Path compiled) {
    super(places, ArtifactClasses.class.getClassLoader());
    this.compiled = compiled;
  }

  static ArtifactClasses of(Path directory) throws GuestFailure, IOException {
    List<URL> places = new ArrayList<>();
    List<Path> sources = new ArrayList<>();
    places.add(directory.toUri().toURL());
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.toList()) {
        if (file.toString().endsWith(".jar")) {
          places.add(file.toUri().toURL());
        } else if (file.toString().endsWith(".java")) {
          sources.add(file);
        }
      }
    }
    if (sources.isEmpty()) {
      return new ArtifactClasses(places.toArray(new URL[0]), null);
    }
    Path compiled = Files.createTempDirectory("amino-classes");
    compile(directory, sources, places, compiled);
    places.add(0, compiled.toUri().toURL());
    return new ArtifactClasses(places.toArray(new URL[0]), compiled);
  }

  private static void compile(Path directory, List<Path> sources, List<URL> places, Path compiled) throws GuestFailure, IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    if (compiler == null) {
      throw GuestFailure.of(Code.ARTIFACT_INVALID, "the artifact is Java source, and this JVM has no compiler; compile it, or run the kernel on a JDK");
    }
    StringBuilder path = new StringBuilder(System.getProperty("java.class.path"));
    for (URL place : places) {
      path.append(java.io.File.pathSeparator).append(place.getPath());
    }
    StringWriter messages = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      List<String> options = List.of("-parameters", "-proc:none", "-d", compiled.toString(), "-cp", path.toString());
      if (!compiler.getTask(messages, files, null, options, null, files.getJavaFileObjectsFromPaths(sources)).call()) {
        delete(compiled);
        String text = messages.toString().replace(directory + "/", "");
        throw GuestFailure.of(Code.ARTIFACT_INVALID, "the artifact cannot be compiled: " + text.strip());
      }
    }
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

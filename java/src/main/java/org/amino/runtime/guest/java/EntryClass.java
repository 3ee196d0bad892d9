package org.amino.runtime.guest.java;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.amino.runtime.guest.GuestFactory.Artifact;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.Protocol.Code;

/** Finds the class that an artifact's objects are instances of: it is named, or no other class can be it. */
final class EntryClass {
  private static final String CLASS = ".class";
  private static final List<String> NAMING = List.of("Amino-Class", Attributes.Name.MAIN_CLASS.toString());
  private static final int SHOWN = 5;
  private final ArtifactClasses classes;
  /** Why a class could not be looked at. */
  private GuestFailure unlinked;

  private EntryClass(ArtifactClasses classes) {
    this.classes = classes;
  }

  /** The class, which is initialized. */
  static Class<?> of(Artifact artifact, ArtifactClasses classes) throws GuestFailure, IOException {
    String name = named(artifact);
    EntryClass search = new EntryClass(classes);
    return search.load(name == null ? search.found(artifact.entry()) : name, true);
  }

  /** The class that the registration says, as such or as its file; null where it names a jar or nothing. */
  private static String named(Artifact artifact) {
    if (artifact.className() != null) {
      return artifact.className();
    }
    String entry = artifact.entry();
    if (entry.isEmpty() || entry.endsWith(".jar")) {
      return null;
    }
    return entry.endsWith(".java") || entry.endsWith(CLASS) ? entry.substring(0, entry.lastIndexOf('.')).replace('/', '.') : entry;
  }

  private Class<?> load(String name, boolean initialize) throws GuestFailure {
    Entered entered = classes.enter();
    try {
      return Class.forName(name, initialize, classes);
    } catch (ClassNotFoundException missing) {
      throw GuestFailure.of(Code.ARTIFACT_INVALID, "the artifact has no class " + name + "; name one of its classes (--class)");
    } catch (LinkageError broken) {
      throw MissingClass.opening(name, broken);
    } finally {
      entered.close();
    }
  }

  /** Looks into the jar that is the entry; in a folder into the classes that lie in it, then into the jars beside them. */
  private String found(String entry) throws GuestFailure, IOException {
    Path artifact = classes.artifact();
    List<Path> jars = classes.jars().stream()
        .filter(jar -> entry.isEmpty() ? jar.getParent().equals(artifact) : jar.equals(artifact.resolve(entry))).toList();
    if (entry.isEmpty()) {
      List<Class<?>> own = new ArrayList<>();
      for (Path folder : classes.folders()) {
        own.addAll(candidates(inFolder(folder)));
      }
      if (!own.isEmpty()) {
        return only(own);
      }
    }
    for (Path jar : jars) {
      String said = said(jar);
      if (said != null) {
        return said;
      }
    }
    List<Class<?>> packed = new ArrayList<>();
    for (Path jar : jars) {
      packed.addAll(candidates(inJar(jar)));
    }
    return only(packed);
  }

  private String said(Path jar) throws GuestFailure, IOException {
    try (JarFile opened = new JarFile(jar.toFile())) {
      Manifest manifest = opened.getManifest();
      for (String attribute : manifest == null ? List.<String>of() : NAMING) {
        String name = manifest.getMainAttributes().getValue(attribute);
        // Of a program's main class often nothing can be made.
        if (name != null && (attribute.equals(NAMING.get(0)) || usable(load(name, false)))) {
          return name;
        }
      }
    }
    return null;
  }

  private static List<String> inJar(Path jar) throws IOException {
    try (JarFile opened = new JarFile(jar.toFile())) {
      return opened.stream().map(ZipEntry::getName).filter(name -> !name.startsWith("META-INF/")).toList();
    }
  }

  private static List<String> inFolder(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.map(file -> folder.relativize(file).toString()).sorted().toList();
    }
  }

  private List<Class<?>> candidates(List<String> files) {
    List<Class<?>> found = new ArrayList<>();
    for (String file : files) {
      boolean outer = file.endsWith(CLASS) && !file.contains("$") && !file.endsWith("-info.class") && !file.endsWith("__init.class");
      // A Maven project's own folder holds its classes a second time, under a path that is no package.
      if (outer && !(file.startsWith("target/") || file.startsWith("build/"))) {
        consider(file.substring(0, file.length() - CLASS.length()).replace('/', '.'), found);
      }
    }
    return found;
  }

  private void consider(String name, List<Class<?>> found) {
    try {
      Class<?> type = load(name, false);
      if (usable(type)) {
        found.add(type);
      }
    } catch (GuestFailure broken) {
      unlinked = unlinked == null ? broken : unlinked;
    } catch (LinkageError broken) {
      unlinked = unlinked == null ? MissingClass.opening(name, broken) : unlinked;
    }
  }

  private static boolean usable(Class<?> type) {
    boolean concrete = Modifier.isPublic(type.getModifiers()) && !Modifier.isAbstract(type.getModifiers());
    return concrete && !type.isEnum() && !Throwable.class.isAssignableFrom(type)
        && Arrays.stream(type.getConstructors()).anyMatch(constructor -> !((Constructor<?>) constructor).isSynthetic());
  }

  /** Classes of values, such as records, are the object's class only where there is no other. */
  private String only(List<Class<?>> candidates) throws GuestFailure {
    List<Class<?>> active = candidates.stream().filter(type -> !Origin.isValue(type)).toList();
    List<Class<?>> left = active.isEmpty() ? candidates : active;
    if (left.size() == 1) {
      return left.get(0).getName();
    }
    if (left.isEmpty() && unlinked != null) {
      throw unlinked;
    }
    if (left.isEmpty()) {
      throw GuestFailure.of(Code.ARTIFACT_INVALID, "the artifact has no public class with a public constructor; give it one, or name its class (--class)");
    }
    String names = String.join(", ", left.stream().limit(SHOWN).map(Class::getName).toList()) + (left.size() > SHOWN ? " …" : "");
    throw GuestFailure.of(Code.ARTIFACT_INVALID, "the artifact has " + left.size() + " classes that an object could be made of (" + names
        + "); name one (--class), or name it in the jar's manifest as Amino-Class; jars of libraries belong into lib/");
  }
}

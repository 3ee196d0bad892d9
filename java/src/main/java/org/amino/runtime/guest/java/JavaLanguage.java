package org.amino.runtime.guest.java;

import java.io.IOException;
import org.amino.runtime.guest.GuestContext;
import org.amino.runtime.guest.GuestFactory.Artifact;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.polyglot.GuestLanguage;
import org.amino.runtime.guest.polyglot.GuestSession;
import org.amino.runtime.wire.Protocol.Code;

/** Opens artifacts of Java. Nothing confines such code: the operator must allow it. */
public final class JavaLanguage implements GuestLanguage {
  @Override
  public String id() {
    return "java";
  }

  /** The JVM itself is enough. */
  @Override
  public String engineLanguage() {
    return null;
  }

  @Override
  public Prepared prepare(GuestSession session) {
    return () -> open(session);
  }

  private static GuestContext open(GuestSession session) throws GuestFailure, IOException {
    Artifact artifact = session.artifact();
    if (!session.sandbox().allows("host")) {
      throw GuestFailure.of(Code.PERMISSION_DENIED, "artifact " + artifact.entry() + " is Java, which runs with the full rights of the kernel's process;"
          + " start the kernel with --allow host, or register the object from the Java program that hosts it");
    }
    ArtifactClasses classes = ArtifactClasses.of(artifact.directory());
    String name = className(artifact);
    try {
      return new JavaContext(classes, Class.forName(name, true, classes), session.calls());
    } catch (ClassNotFoundException missing) {
      classes.close();
      throw GuestFailure.of(Code.ARTIFACT_INVALID, "the artifact has no class " + name + "; name one of its classes as entry");
    } catch (LinkageError broken) {
      classes.close();
      throw GuestFailure.of(Code.ARTIFACT_INVALID, "class " + name + " cannot be loaded: " + broken);
    }
  }

  /** The entry may be given as a class or as its file. */
  private static String className(Artifact artifact) {
    if (artifact.className() != null) {
      return artifact.className();
    }
    String entry = artifact.entry();
    return entry.endsWith(".java") || entry.endsWith(".class") ? entry.substring(0, entry.lastIndexOf('.')).replace('/', '.') : entry;
  }
}

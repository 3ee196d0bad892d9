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
    try {
      return context(classes, artifact, session);
    } catch (GuestFailure | IOException refused) {
      classes.close();
      throw refused;
    }
  }

  private static GuestContext context(ArtifactClasses classes, Artifact artifact, GuestSession session) throws GuestFailure, IOException {
    Entered entered = classes.enter();
    try {
      return new JavaContext(classes, OnlyInstance.behind(EntryClass.of(artifact, classes)), session.calls());
    } catch (LinkageError broken) {
      throw MissingClass.opening(name(artifact), broken);
    } catch (ReflectiveOperationException hidden) {
      throw GuestFailure.of(Code.ARTIFACT_INVALID, "class " + name(artifact) + " cannot be used; make it public");
    } finally {
      entered.close();
    }
  }

  private static String name(Artifact artifact) {
    return artifact.className() == null ? artifact.entry() : artifact.className();
  }
}

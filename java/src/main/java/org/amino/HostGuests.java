package org.amino;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.amino.runtime.guest.GuestContext;
import org.amino.runtime.guest.GuestFactory;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.ObjectCalls;
import org.amino.runtime.guest.polyglot.PolyglotGuests;
import org.amino.runtime.wire.Protocol.Code;

/** The guests of a host program: its own instances, and those languages that are on its class path. */
final class HostGuests implements GuestFactory {
  /** The language of instances that a program brings. */
  static final String LANGUAGE = "host";

  private final Map<String, Instance> instances = new ConcurrentHashMap<>();
  private final GuestFactory languages;
  private volatile ProgramCalls program;

  HostGuests() {
    languages = onClassPath();
  }

  /** A program without any language on its class path has no engine, either. */
  private static GuestFactory onClassPath() {
    try {
      GuestFactory polyglot = new PolyglotGuests();
      return polyglot.languages().isEmpty() ? null : polyglot;
    } catch (IllegalStateException | LinkageError absent) {
      return null;
    }
  }

  /** Says how instances call others; before the first is opened. */
  void use(ProgramCalls calls) {
    program = calls;
  }

  /** Keeps an instance, and answers the key under which the kernel asks for it; a key cannot be guessed. */
  String keep(Object instance) {
    String key = UUID.randomUUID().toString();
    instances.put(key, new Instance(instance));
    return key;
  }

  void forget(String key) {
    instances.remove(key);
  }

  @Override
  public GuestContext open(Artifact artifact, ObjectCalls calls) throws GuestFailure {
    if (!artifact.language().equals(LANGUAGE)) {
      return required(artifact.language()).open(artifact, calls);
    }
    Instance instance = instances.get(artifact.entry());
    if (instance == null) {
      throw GuestFailure.of(Code.OBJECT_LOST, "the Java program that had this " + artifact.className() + " has ended or taken it out; register it there again");
    }
    return new InstanceContext(instance, calls, program);
  }

  private GuestFactory required(String language) throws GuestFailure {
    if (languages == null) {
      throw GuestFailure.of(Code.JARS_MISSING, "there is no guest language on the class path of this Java program, so none is " + language + "; add GraalVM's jars");
    }
    return languages;
  }

  @Override
  public void prewarm(String language) throws GuestFailure {
    if (!language.equals(LANGUAGE)) {
      required(language).prewarm(language);
    }
  }

  @Override
  public List<String> languages() {
    List<String> names = new ArrayList<>(List.of(LANGUAGE));
    if (languages != null) {
      names.addAll(languages.languages());
    }
    return names;
  }

  @Override
  public String engineName() {
    return languages == null ? "none" : languages.engineName();
  }
}

package org.amino.runtime.guest;

import java.nio.file.Path;
import java.util.List;

/** Makes contexts. One per JVM; it owns the shared engine and the sandbox rules. */
public interface GuestFactory {
  /**
   * @param language `js`, `ruby`, `python`, `llvm`, `wasm` or `java`
   * @param directory the unpacked artifact
   * @param entry the file in it that is evaluated (for `java`: the class name)
   * @param className the class to instantiate, or null to find it
   * @param allow what the kernel's operator allows: `native`, `io`, `network`, `env`, `host`, `threads`
   * @param fixed the circumstances in which each context evaluates it; null: those of the moment
   */
  record Artifact(String hash, String language, Path directory, String entry, String className, List<String> allow, Fixed.Given fixed) {
    public Artifact(String hash, String language, Path directory, String entry, String className, List<String> allow) {
      this(hash, language, directory, entry, className, allow, null);
    }
  }

  /**
   * Makes a context and evaluates the artifact in it. May take seconds for the first of a language.
   *
   * @throws GuestFailure ARTIFACT_INVALID with the guest's own message and position for a syntax error, LANGUAGE_UNKNOWN, JARS_MISSING, NATIVE_NOT_ALLOWED
   */
  GuestContext open(Artifact artifact, ObjectCalls calls) throws GuestFailure;

  /** Loads a language's code so that the next context is fast. Does nothing a second time, but waits for the first. */
  void prewarm(String language) throws GuestFailure;

  /** Languages whose jars are on the class path. */
  List<String> languages();

  /** The version of what runs a language; empty where nobody knows. */
  default String versionOf(String language) {
    return "";
  }

  /** "GraalVM CE …" or "Interpreted". */
  String engineName();
}

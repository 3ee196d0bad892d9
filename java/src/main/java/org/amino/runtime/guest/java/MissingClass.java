package org.amino.runtime.guest.java;

import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.Protocol.Code;

/** Failures to link the classes of an artifact, in the words of the person who registers it. */
final class MissingClass {
  private static final String WRONG_NAME = "(wrong name: ";

  private MissingClass() {}

  /** What a class that cannot be linked is for the caller; null for an error that is the code's own, such as that of a static initializer. */
  static GuestFailure failure(Throwable thrown) {
    if (!(thrown instanceof NoClassDefFoundError missing) || missing.getMessage() == null || missing.getMessage().contains(" ")) {
      return null;
    }
    String name = dotted(missing.getMessage());
    return GuestFailure.of(Code.ARTIFACT_INVALID, "the artifact needs the class " + name + ", which is in no file of it; put the library's jar into the"
        + " folder that you register (for example into lib/), and register it again");
  }

  /** The same for an artifact that is opened, where every error of linking is the artifact's. */
  static GuestFailure opening(String name, LinkageError broken) {
    GuestFailure missing = failure(broken);
    if (missing != null) {
      return missing;
    }
    String message = String.valueOf(broken.getMessage());
    if (broken instanceof UnsupportedClassVersionError) {
      return invalid(name, "it was compiled for a newer Java than the kernel runs on; compile it for an older one (javac --release 17)");
    }
    if (broken instanceof ClassFormatError) {
      return invalid(name, "its file is no class file, or damaged; compile it again");
    }
    int at = message.indexOf(WRONG_NAME);
    if (at >= 0) {
      String right = dotted(message.substring(at + WRONG_NAME.length(), message.length() - 1));
      return invalid(name, "its file holds the class " + right + "; register the folder that the folders of its package are in");
    }
    Throwable cause = broken instanceof ExceptionInInitializerError && broken.getCause() != null ? broken.getCause() : broken;
    GuestFailure behind = failure(cause);
    return behind != null ? behind : invalid(name, cause.getClass().getSimpleName() + (cause.getMessage() == null ? "" : " (" + cause.getMessage() + ")"));
  }

  private static GuestFailure invalid(String name, String reason) {
    return GuestFailure.of(Code.ARTIFACT_INVALID, "class " + name + " cannot be loaded: " + reason);
  }

  private static String dotted(String name) {
    return name.replace('/', '.');
  }
}

package org.amino.runtime.guest.polyglot;

import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.ErrorPayload;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.Protocol.Outcome;
import org.amino.runtime.wire.WireException;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.SourceSection;
import org.graalvm.polyglot.Value;

/** Failures on their way out of a guest and into one. */
final class GuestErrors {
  private static final int FRAMES = 64;
  /** What preludes raise themselves. */
  private static final Set<String> PRELUDE_CODES = Set.of(Code.VALUE_INVALID, Code.ARGUMENT_INVALID, Code.ARTIFACT_INVALID);
  /** How the engine words what a context's options exclude, where it does not raise an exception of the language. */
  private static final Pattern FORBIDDEN = Pattern.compile("not allowed|was excluded|not permitted|access denied|Unhandled signal|TruffleNFIPlatform");
  /** How the engine words that a guest ended the process without more ado: os._exit, exit!. */
  private static final Pattern LEFT = Pattern.compile("java\\.lang\\.ThreadDeath|control\\.ExitException");

  /**
   * Syntax errors of JavaScript, one after another, each with a position of its own, whose columns begin with 0. The first is the cause.
   */
  private static final Pattern SYNTAX_ERRORS = Pattern.compile("/artifact/\\S+:\\d+:\\d+ (.*?)(?:\n/artifact/\\S+:\\d+:\\d+ .*)?", Pattern.DOTALL);

  /**
   * How the JVM words that it had no memory, beside that a stack was too deep, which the engine gives the same kind.
   */
  private static final Pattern NO_MEMORY = Pattern.compile("heap space|array size|GC overhead");

  /** A frame of the engine's own libraries, or of a prelude. */
  private static final Pattern INNER_FRAME = Pattern.compile("^\\s*at (?:.*\\()?(?:amino|resource|node|internal):.*(?:\\n|$)", Pattern.MULTILINE);

  private GuestErrors() {}

  /**
   * What the caller is told of what the guest's code threw. The failure of a call that the guest made and did not catch is the guest's exception.
   *
   * @param describeThrown the prelude's function that makes an error tree of a thrown value, or null when there is none
   */
  static GuestFailure outgoing(Throwable thrown, Value describeThrown) {
    return failure(thrown, describeThrown, true);
  }

  /** What the caller is told of what went wrong outside the guest's code: arguments that the language cannot hold, a result that cannot travel. */
  static GuestFailure refusal(Throwable thrown, Value describeThrown) {
    return failure(thrown, describeThrown, false);
  }

  private static GuestFailure failure(Throwable thrown, Value describeThrown, boolean inside) {
    if (thrown instanceof GuestFailure failure) {
      return failure;
    }
    if (thrown instanceof WireException wire) {
      return GuestFailure.of(wire.code(), wire.getMessage());
    }
    if (thrown instanceof PolyglotException exception) {
      return ofGuest(exception, describeThrown, inside);
    }
    if (thrown instanceof StackOverflowError) {
      return GuestFailure.of(Code.VALUE_INVALID, "the value is nested too deeply; flatten it");
    }
    if (isBehindBitcode(thrown)) {
      return new GuestFailure(Code.GUEST_EXCEPTION, "Error", "the object ended with an error whose words are lost, because an object in bitcode called it", "", null, null);
    }
    return new GuestFailure(Code.INTERNAL, thrown.getClass().getSimpleName(), String.valueOf(thrown.getMessage()), "", null, thrown);
  }

  /** The engine fails to describe an exception when frames of bitcode, which waits for the call, stand behind it. */
  private static boolean isBehindBitcode(Throwable thrown) {
    StackTraceElement[] frames = thrown.getStackTrace();
    return thrown instanceof NullPointerException && frames.length > 0 && frames[0].getClassName().startsWith("com.oracle.truffle.llvm.");
  }

  private static GuestFailure ofGuest(PolyglotException exception, Value describeThrown, boolean inside) {
    if (exception.isHostException()) {
      GuestFailure failure = failure(exception.asHostException(), describeThrown, inside);
      return inside && exception.asHostException() instanceof GuestFailure ? failure.uncaught(stack(exception)) : failure;
    }
    if (exception.isCancelled() || exception.isInterrupted()) {
      return new GuestFailure(Code.CANCELLED, "Interrupted", "the guest's code was ended while it ran", stack(exception), null, null);
    }
    if (exception.isExit()) {
      return exit(" with status " + exception.getExitStatus(), exception);
    }
    if (exception.isInternalError() && LEFT.matcher(messageOf(exception)).find()) {
      return exit("", exception);
    }
    if (exception.isInternalError() && FORBIDDEN.matcher(messageOf(exception)).find()) {
      String message = "the sandbox forbids it: " + messageOf(exception) + "; the kernel's operator may allow it (--allow)";
      return new GuestFailure(Code.PERMISSION_DENIED, "SandboxViolation", message, stack(exception), null, null, Outcome.RAN);
    }
    if (exception.isInternalError()) {
      return new GuestFailure(Code.INTERNAL, "PolyglotException", String.valueOf(exception.getMessage()), stack(exception), null, null);
    }
    Value thrown = exception.getGuestObject();
    if (thrown == null && exception.isResourceExhausted() && NO_MEMORY.matcher(messageOf(exception)).find()) {
      return GuestFailure.outOfMemory(stack(exception));
    }
    if (thrown == null || describeThrown == null) {
      return new GuestFailure(Code.GUEST_EXCEPTION, typeName(exception), messageOf(exception), stack(exception), null, null);
    }
    return described(exception, describeThrown, thrown, inside);
  }

  private static GuestFailure exit(String how, PolyglotException exception) {
    String message = "the guest asked to exit" + how + "; an object ends by being destroyed";
    return new GuestFailure(Code.GUEST_EXCEPTION, "SystemExit", message, stack(exception), null, null);
  }

  private static GuestFailure described(PolyglotException exception, Value describeThrown, Value thrown, boolean inside) {
    GuestFailure failure;
    try {
      Value tree = describeThrown.execute(thrown);
      failure = ofTree(tree);
      if (inside && isPassedOn(tree, failure)) {
        String frames = framesIn(tree);
        return failure.uncaught(frames.isEmpty() ? stack(exception) : frames);
      }
      failure = asSaid(failure);
    } catch (PolyglotException | WireException e) {
      return new GuestFailure(Code.GUEST_EXCEPTION, typeName(exception), messageOf(exception), stack(exception), null, null);
    }
    boolean ownsStack = !failure.code.equals(Code.GUEST_EXCEPTION) || !failure.stack.isEmpty();
    String stack = ownsStack ? clean(failure.stack) : stack(exception);
    return new GuestFailure(failure.code, failure.type, failure.getMessage(), stack, failure.details, failure.getCause(), failure.outcome)
        .grouping(failure.errors());
  }

  /** What the caller is told of the error tree of what an asynchronous member threw, for which there is no exception of the engine. */
  static GuestFailure rejection(Value tree) {
    GuestFailure failure = ofTree(tree);
    return isPassedOn(tree, failure) ? failure.uncaught(framesIn(tree)) : asSaid(failure);
  }

  /** The frames that called the other object from which a thrown error came, as far as the prelude knows them better than the engine. */
  private static String framesIn(Value tree) {
    return tree.getArraySize() > Tag.ERROR_FRAMES ? clean(tree.getArrayElement(Tag.ERROR_FRAMES).asString()) : "";
  }

  /** Frames as a language prints them, without those of the engine and of the preludes. */
  private static String clean(String stack) {
    return INNER_FRAME.matcher(stack).replaceAll("");
  }

  /** What a guest throws is its exception, whatever code the error claims to have: the prelude itself raises only a few others. */
  private static GuestFailure asSaid(GuestFailure failure) {
    if (failure.code.equals(Code.GUEST_EXCEPTION) || PRELUDE_CODES.contains(failure.code)) {
      return failure;
    }
    return new GuestFailure(Code.GUEST_EXCEPTION, failure.type, failure.getMessage(), failure.stack, failure.details, failure.getCause(), Outcome.RAN)
        .grouping(failure.errors());
  }

  /** Whether a thrown error came from a call that the guest made: the prelude says so, or the call could not even be written. */
  private static boolean isPassedOn(Value tree, GuestFailure failure) {
    return tree.getArrayElement(Tag.ERROR_RECEIVED).asBoolean() || failure.code.equals(Code.VALUE_INVALID);
  }

  /** A failure from an error tree of a prelude. */
  static GuestFailure ofTree(Value tree) {
    MsgpackWriter out = new MsgpackWriter();
    ValueWriter.write(out, tree);
    MsgpackReader in = new MsgpackReader(out.buffer(), 0, out.position());
    in.readExtensionHeader();
    return ErrorPayload.read(in);
  }

  private static String typeName(PolyglotException exception) {
    if (exception.isSyntaxError()) {
      return "SyntaxError";
    }
    return exception.isResourceExhausted() ? "ResourceExhausted" : "Error";
  }

  private static String messageOf(PolyglotException exception) {
    return exception.getMessage() == null ? "" : exception.getMessage();
  }

  /** The guest's frames, one a line, without the preludes' and the host's. */
  static String stack(PolyglotException exception) {
    StringBuilder lines = new StringBuilder();
    int count = 0;
    for (PolyglotException.StackFrame frame : exception.getPolyglotStackTrace()) {
      SourceSection at = frame.getSourceLocation();
      boolean shown = frame.isGuestFrame() && at != null && at.isAvailable() && !Preludes.owns(at.getSource()) && !isEngine(at);
      if (!shown || ++count > FRAMES) {
        continue;
      }
      lines.append("at ").append(frame.getRootName()).append(" (").append(place(at)).append(")\n");
    }
    return lines.toString();
  }

  private static boolean isEngine(SourceSection at) {
    return at.getSource().isInternal() || fileName(at).startsWith("resource:");
  }

  static String place(SourceSection at) {
    return fileName(at) + ":" + at.getStartLine() + ":" + at.getStartColumn();
  }

  private static String fileName(SourceSection at) {
    String path = at.getSource().getPath() == null ? at.getSource().getName() : at.getSource().getPath();
    String root = ArtifactFileSystem.ROOT + "/";
    return path.startsWith(root) ? path.substring(root.length()) : path;
  }

  /**
   * A failed evaluation of an artifact: a syntax error becomes ARTIFACT_INVALID with its place, anything else that its top level threw, too.
   *
   * @param entry the file that was evaluated
   */
  static GuestFailure ofArtifact(Throwable thrown, Value describeThrown, String entry) {
    GuestFailure failure = outgoing(thrown, describeThrown);
    if (!failure.code.equals(Code.GUEST_EXCEPTION)) {
      return failure;
    }
    SourceSection at = thrown instanceof PolyglotException exception ? exception.getSourceLocation() : null;
    String place = at == null || !at.isAvailable() || Preludes.owns(at.getSource()) ? entry : place(at);
    String message = "artifact " + entry + " cannot be evaluated: " + place + ": " + failure.type + ": " + firstError(failure.getMessage());
    return new GuestFailure(Code.ARTIFACT_INVALID, failure.type, message, failure.stack, Map.of("place", place), failure.getCause())
        .grouping(failure.errors());
  }

  private static String firstError(String message) {
    Matcher found = SYNTAX_ERRORS.matcher(message);
    return found.matches() ? found.group(1).stripTrailing() : message;
  }

  /** An error object for the guest, wrapped so that its prelude throws it. */
  static Value incoming(GuestFailure failure, Builders builders) {
    MsgpackWriter out = new MsgpackWriter();
    ErrorPayload.write(out, failure);
    return builders.raised(new ValueReader(builders).error(new MsgpackReader(out.buffer(), 0, out.position()), 0));
  }
}

package org.amino.runtime.guest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.Protocol.Outcome;

/** A failure on its way to the caller: the error payload of docs/wire.md, section 3. */
public final class GuestFailure extends Exception {
  private static final long serialVersionUID = 1L;
  public final String code;
  public final String type;
  public final String stack;
  public final transient Map<String, Object> details;
  public final Outcome outcome;
  /** Where it came out of an object's code; null where no object's code ended with it. */
  private transient Hop hop;

  /**
   * @param code a stable code of docs/wire.md, section 4
   * @param type the class name in the language that raised it
   * @param message what happened, to which object, what to do
   * @param stack the guest's frames, one a line; may be empty
   * @param details plain values: null, Boolean, Long, Double, String, byte[], List, Map
   */
  public GuestFailure(String code, String type, String message, String stack, Map<String, Object> details, Throwable cause) {
    this(code, type, message, stack, details, cause, Outcome.byDefault(code));
  }

  /**
   * The same where more is known than the code says.
   *
   * @param outcome whether the call ran that ended with this failure
   */
  public GuestFailure(String code, String type, String message, String stack, Map<String, Object> details, Throwable cause, Outcome outcome) {
    super(message, cause);
    this.code = code;
    this.type = type;
    this.stack = stack == null ? "" : stack;
    this.details = details == null ? Map.of() : details;
    this.outcome = outcome;
  }

  public static GuestFailure of(String code, String message) {
    return new GuestFailure(code, "AminoError", message, "", null, null);
  }

  /**
   * The JVM had no memory for what a call asked for at once.
   *
   * @param frames those of the object's own code; may be empty
   */
  public static GuestFailure outOfMemory(String frames) {
    String message = "the call asked for more memory at once than the heap of its JVM has left; ask for less, or start the"
        + " kernel with more memory (--heap-mb)";
    return new GuestFailure(Code.MEMORY_EXHAUSTED, "OutOfMemory", message, frames, null, null);
  }

  /** The errors that this one is a group of: of Python's ExceptionGroup, of JavaScript's AggregateError, Java's suppressed ones. Most have none. */
  public List<GuestFailure> errors() {
    List<GuestFailure> errors = new ArrayList<>();
    for (Throwable member : getSuppressed()) {
      if (member instanceof GuestFailure failure) {
        errors.add(failure);
      }
    }
    return errors;
  }

  public Hop hop() {
    return hop;
  }

  /** Notes where it came out of an object's code; the place that is noted first stays. */
  public GuestFailure from(Hop place) {
    hop = hop == null ? place : hop;
    return this;
  }

  /** The same failure as a group of {@code members}, in the place of those that it has. */
  public GuestFailure grouping(List<GuestFailure> members) {
    if (members.isEmpty() && getSuppressed().length == 0) {
      return this;
    }
    GuestFailure group = new GuestFailure(code, type, getMessage(), stack, details, getCause(), outcome);
    members.forEach(group::addSuppressed);
    return group.from(hop);
  }

  /** The same failure of a call of which more is known than its code says. */
  public GuestFailure with(Outcome known) {
    return known == outcome ? this : new GuestFailure(code, type, getMessage(), stack, details, getCause(), known).grouping(errors()).from(hop);
  }

  /** Whether the call did not run because its object is elsewhere. */
  public boolean isMoved() {
    return Code.MOVED.equals(code) && outcome == Outcome.NOT_RUN;
  }

  /**
   * What the caller of an object is told when the object did not catch this failure of a call that it made itself: the object's code has run, so
   * the failure is its exception. Only what ended the whole chain of calls keeps its code. The members of a group go with the exception, and
   * not with its cause, so that each travels once.
   *
   * @param frames those of the object's own code; may be empty
   */
  public GuestFailure uncaught(String frames) {
    boolean whole = Code.DEADLINE_EXCEEDED.equals(code) || Code.CANCELLED.equals(code) || Code.DEADLOCK.equals(code);
    String own = whole ? code : Code.GUEST_EXCEPTION;
    return new GuestFailure(own, type, getMessage(), frames, null, grouping(List.of()), Outcome.RAN).grouping(errors());
  }
}

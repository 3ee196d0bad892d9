package org.amino.runtime.guest.c;

import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.Protocol.Outcome;
import org.amino.runtime.wire.WireException;
import org.graalvm.polyglot.PolyglotException;

/** What went wrong in C, for the caller. */
final class CErrors {
  private CErrors() {}

  static GuestFailure of(Throwable thrown, String objectId) {
    if (thrown instanceof PolyglotException exception) {
      return ofGuest(exception, objectId);
    }
    if (thrown instanceof HostFunction.Raised raised) {
      return raised.failure;
    }
    if (thrown instanceof WireException wire) {
      return GuestFailure.of(wire.code(), wire.getMessage()).with(Outcome.RAN);
    }
    if (thrown instanceof IllegalStateException) {
      return lost(objectId);
    }
    if (thrown instanceof IllegalArgumentException) {
      return new GuestFailure(Code.GUEST_EXCEPTION, "MemoryFault", "object " + objectId + " gave an address outside its memory: " + thrown.getMessage(), "", null, null);
    }
    return new GuestFailure(Code.INTERNAL, thrown.getClass().getSimpleName(), String.valueOf(thrown.getMessage()), "", null, thrown);
  }

  private static GuestFailure lost(String objectId) {
    return GuestFailure.of(Code.OBJECT_LOST, "the context of object " + objectId + " was ended; its state is gone: restore it from a checkpoint");
  }

  private static GuestFailure ofGuest(PolyglotException exception, String objectId) {
    if (exception.isHostException()) {
      return of(exception.asHostException(), objectId);
    }
    if (exception.isCancelled()) {
      return lost(objectId);
    }
    if (exception.isInterrupted()) {
      return new GuestFailure(Code.CANCELLED, "Interrupted", "the guest's code was ended while it ran", stack(exception), null, null);
    }
    if (exception.isInternalError()) {
      String message = "the engine cannot run this code of object " + objectId + " (" + exception.getMessage() + "); compile it as sdk/c/amino.h says";
      return new GuestFailure(Code.INTERNAL, "PolyglotException", message, stack(exception), null, null);
    }
    return new GuestFailure(Code.GUEST_EXCEPTION, exception.isExit() ? "Exit" : "Trap", String.valueOf(exception.getMessage()), stack(exception), null, null);
  }

  private static String stack(PolyglotException exception) {
    StringBuilder lines = new StringBuilder();
    for (PolyglotException.StackFrame frame : exception.getPolyglotStackTrace()) {
      if (frame.isGuestFrame()) {
        lines.append("at ").append(frame.getRootName()).append('\n');
      }
    }
    return lines.toString();
  }
}

package org.amino.runtime.wire;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.Protocol.Outcome;

/** The error payload {@code [code, type, message, stack, details, cause, outcome]} of docs/wire.md, section 3. */
public final class ErrorPayload {
  private ErrorPayload() {}

  /** Writes a failure as a call's outcome: extension 8. */
  public static void writeRaised(MsgpackWriter out, GuestFailure failure) {
    int mark = out.beginExtension();
    write(out, failure);
    out.endExtension(mark, Protocol.Extension.RAISED);
  }

  /** Writes the bare payload, as goodbye frames and errors as values carry it. */
  public static void write(MsgpackWriter out, GuestFailure failure) {
    write(out, failure, details -> PlainValue.write(out, details.isEmpty() ? null : details));
  }

  /** The same where details may hold what only the caller can write: values of a language, containers shared with the rest of a graph. */
  public static void write(MsgpackWriter out, GuestFailure failure, Consumer<Map<String, Object>> details) {
    write(out, failure, details, Protocol.CAUSE_LIMIT);
  }

  private static void write(MsgpackWriter out, Throwable thrown, Consumer<Map<String, Object>> details, int causesLeft) {
    out.writeArrayHeader(7);
    if (thrown instanceof GuestFailure failure) {
      out.writeString(failure.code);
      out.writeString(wellFormed(failure.type));
      out.writeString(wellFormed(failure.getMessage()));
      out.writeString(wellFormed(failure.stack));
      details.accept(failure.details == null ? Map.of() : failure.details);
    } else {
      out.writeString(Code.INTERNAL);
      out.writeString(thrown.getClass().getSimpleName());
      out.writeString(wellFormed(thrown.getMessage()));
      out.writeString("");
      out.writeNil();
    }
    Throwable cause = thrown.getCause();
    if (cause == null || causesLeft == 0) {
      out.writeNil();
    } else {
      write(out, cause, details, causesLeft - 1);
    }
    out.writeLong((thrown instanceof GuestFailure failure ? failure.outcome : Outcome.UNKNOWN).ordinal());
  }

  /** Text of a guest's exception may hold anything; an error must still reach its caller. */
  private static String wellFormed(String text) {
    if (text == null) {
      return "";
    }
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  /** Reads a payload; missing last elements are taken as empty, further ones are passed over. */
  public static GuestFailure read(MsgpackReader in) {
    return read(in, PlainValue::read);
  }

  /** The same where details may hold what only the caller can read. */
  public static GuestFailure read(MsgpackReader in, Function<MsgpackReader, Object> value) {
    return read(in, value, Protocol.CAUSE_LIMIT);
  }

  private static GuestFailure read(MsgpackReader in, Function<MsgpackReader, Object> value, int causesLeft) {
    int size = in.readArrayHeader();
    if (size < 3) {
      throw new WireException(Code.VALUE_INVALID, "an error payload has seven elements, this one " + size);
    }
    String code = in.readString();
    String type = in.readString();
    String message = in.readString();
    String stack = size > 3 ? in.readString() : "";
    Map<String, Object> details = size > 4 ? details(value.apply(in)) : Map.of();
    Throwable cause = null;
    if (size > 5) {
      if (in.isNil() || causesLeft == 0) {
        in.skip();
      } else {
        cause = read(in, value, causesLeft - 1);
      }
    }
    Outcome outcome = outcome(in, size, code);
    return new GuestFailure(code, type, message, stack, details, cause, outcome);
  }

  /** Reads what follows the cause in a payload of {@code size} elements: the outcome, and what later versions add. */
  public static Outcome outcome(MsgpackReader in, int size, String code) {
    Outcome outcome = Outcome.byDefault(code);
    if (size > 6) {
      if (in.isNil()) {
        in.skip();
      } else {
        outcome = Outcome.of(in.readLong());
      }
    }
    for (int extra = 7; extra < size; extra++) {
      in.skip();
    }
    return outcome;
  }

  private static Map<String, Object> details(Object read) {
    Map<String, Object> details = new LinkedHashMap<>();
    if (read instanceof Map<?, ?> map) {
      map.forEach((key, value) -> details.put(String.valueOf(key), value));
    }
    return details;
  }
}

package org.amino.runtime.wire;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.Hop;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.Protocol.Outcome;

/** The error payload {@code [code, type, message, stack, details, cause, outcome, errors, hop]} of docs/wire.md, section 3. */
public final class ErrorPayload {
  /** Where the members of a group stand, and where the hop stands. */
  private static final int ERRORS = 7;
  private static final int HOP = 8;
  private static final int HOP_PARTS = 6;

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
    write(out, failure, details, Protocol.CAUSE_LIMIT, new ErrorRoom());
  }

  private static void write(MsgpackWriter out, Throwable thrown, Consumer<Map<String, Object>> details, int levels, ErrorRoom room) {
    List<GuestFailure> members = thrown instanceof GuestFailure failure && levels > 0 ? failure.errors() : List.of();
    Hop hop = thrown instanceof GuestFailure failure ? failure.hop() : null;
    out.writeArrayHeader(hop != null ? HOP + 1 : members.isEmpty() ? ERRORS : ERRORS + 1);
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
    if (cause == null || levels == 0 || room.take(1) == 0) {
      out.writeNil();
    } else {
      write(out, cause, details, levels - 1, room);
    }
    out.writeLong((thrown instanceof GuestFailure failure ? failure.outcome : Outcome.UNKNOWN).ordinal());
    if (!members.isEmpty()) {
      int count = room.take(members.size());
      out.writeArrayHeader(count);
      members.subList(0, count).forEach(member -> write(out, member, details, levels - 1, room));
    } else if (hop != null) {
      out.writeNil();
    }
    if (hop != null) {
      writeHop(out, hop);
    }
  }

  private static void writeHop(MsgpackWriter out, Hop hop) {
    out.writeArrayHeader(HOP_PARTS);
    out.writeString(hop.language());
    out.writeString(hop.object());
    PlainValue.write(out, hop.name());
    out.writeString(wellFormed(hop.member()));
    PlainValue.write(out, hop.file() == null ? null : wellFormed(hop.file()));
    PlainValue.write(out, hop.line() == 0 ? null : (long) hop.line());
  }

  /** The hop of a payload; null where what stands in its place is none. */
  private static Hop hop(Object read) {
    if (read instanceof List<?> parts && parts.size() >= HOP_PARTS && parts.get(0) instanceof String language
        && parts.get(1) instanceof String object && parts.get(3) instanceof String member) {
      String file = parts.get(4) instanceof String text ? text : null;
      int line = parts.get(5) instanceof Long number && number > 0 && number < Integer.MAX_VALUE ? number.intValue() : 0;
      return new Hop(language, object, parts.get(2) instanceof String name ? name : null, member, file, line);
    }
    return null;
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

  private static GuestFailure read(MsgpackReader in, Function<MsgpackReader, Object> value, int levels) {
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
      if (in.isNil() || levels == 0) {
        in.skip();
      } else {
        cause = read(in, value, levels - 1);
      }
    }
    GuestFailure failure = new GuestFailure(code, type, message, stack, details, cause, outcome(in, size, code));
    List<GuestFailure> members = errors(in, size, levels, () -> read(in, value, levels - 1));
    return failure.grouping(members).from(hop(in, size, () -> hop(PlainValue.read(in)), null));
  }

  /** Reads the outcome of a payload of {@code size} elements, which follows the cause. */
  public static Outcome outcome(MsgpackReader in, int size, String code) {
    Outcome outcome = Outcome.byDefault(code);
    if (size > 6) {
      if (in.isNil()) {
        in.skip();
      } else {
        outcome = Outcome.of(in.readLong());
      }
    }
    return outcome;
  }

  /**
   * Reads what follows the outcome in a payload of {@code size} elements: the members of a group.
   *
   * @param levels how many levels of members may follow; at 0 they are passed over
   * @param one reads a member
   */
  public static <T> List<T> errors(MsgpackReader in, int size, int levels, Supplier<T> one) {
    List<T> members = new ArrayList<>();
    if (size <= ERRORS) {
      return members;
    }
    if (levels > 0 && in.peekType() == MsgpackType.ARRAY) {
      int count = in.readArrayHeader();
      for (int i = 0; i < count; i++) {
        members.add(one.get());
      }
    } else {
      in.skip();
    }
    return members;
  }

  /**
   * Reads what follows the members in a payload of {@code size} elements: the hop, and what later versions add.
   *
   * @param one reads the hop
   * @param none what stands for a hop that is not there
   */
  public static <T> T hop(MsgpackReader in, int size, Supplier<T> one, T none) {
    T hop = size > HOP ? one.get() : none;
    for (int read = HOP + 1; read < size; read++) {
      in.skip();
    }
    return hop;
  }

  private static Map<String, Object> details(Object read) {
    Map<String, Object> details = new LinkedHashMap<>();
    if (read instanceof Map<?, ?> map) {
      map.forEach((key, value) -> details.put(String.valueOf(key), value));
    }
    return details;
  }
}

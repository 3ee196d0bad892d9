package org.amino.runtime.guest.polyglot;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.Protocol.Code;

/**
 * The map that carries an object's state (docs/bridge.md, `snapshot`).
 *
 * @param data positioned at the value
 */
public record StateImage(String format, MsgpackReader data) {
  /** How many lost parts are told: a state may have any number of them. */
  private static final int TOLD = 100;

  /** The lost parts as they are told: the first ones, and how many more there are. */
  public static List<String> told(List<String> lost) {
    if (lost.size() <= TOLD) {
      return lost;
    }
    List<String> told = new ArrayList<>(lost.subList(0, TOLD));
    told.add("and " + (lost.size() - TOLD) + " more");
    return told;
  }

  /** Writes all but the value of `data`, which the caller writes next. */
  public static void writeHeader(MsgpackWriter out, String format, String language, List<String> lost) {
    out.writeMapHeader(4);
    out.writeString("format");
    out.writeString(format);
    out.writeString("language");
    out.writeString(language);
    out.writeString("lost");
    out.writeArrayHeader(lost.size());
    for (String path : lost) {
      out.writeString(path);
    }
    out.writeString("data");
  }

  /** Reads the map and refuses a state of another language. */
  public static StateImage read(MsgpackReader state, String language) throws GuestFailure {
    String format = null;
    String from = language;
    MsgpackReader data = null;
    int size = state.readMapHeader();
    for (int i = 0; i < size; i++) {
      String key = state.readString();
      if (key.equals("format")) {
        format = state.readString();
      } else if (key.equals("language")) {
        from = state.readString();
      } else if (key.equals("data")) {
        int at = state.position();
        state.skip();
        data = new MsgpackReader(state.buffer(), at, state.position());
      } else {
        state.skip();
      }
    }
    if (format == null || data == null) {
      throw GuestFailure.of(Code.VALUE_INVALID, "a state has format, language and data; this one lacks one of them");
    }
    if (!from.equals(language)) {
      throw GuestFailure.of(Code.VALUE_INVALID, "a state taken in " + from + " cannot be restored in " + language + "; give both amino_save and amino_load and pass values");
    }
    return new StateImage(format, data);
  }

  /** The error that lists what would be lost. */
  public static GuestFailure notCapturable(String objectId, List<String> lost) {
    String message = "the state of object " + objectId + " cannot be captured whole, lost would be: " + String.join("; ", lost)
        + ". Give it amino_save() and amino_load(state), or allow a lossy snapshot";
    return new GuestFailure(Code.STATE_NOT_CAPTURABLE, "AminoError", message, "", Map.of("lost", List.copyOf(lost)), null);
  }
}

package org.amino.runtime.guest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.amino.runtime.wire.Canonical;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.MsgpackType;

/** The checksum of a state: equal for equal states, in whichever process they are. */
public final class StateHash {
  /** Columns of doubles in the data of a graph: of Ruby by its name, of Python by its place (docs/bridge.md, section 5). */
  private static final String FLOATS = "floats";
  private static final int FLOATS_AT = 7;
  /** What other objects of the context have required, too. */
  private static final String FEATURES = "features";

  private StateHash() {}

  /**
   * SHA-256 of what a snapshot holds.
   *
   * @param state at the state
   */
  public static byte[] of(MsgpackReader state) {
    String format = "";
    String language = "";
    MsgpackReader data = state;
    int size = state.readMapHeader();
    for (int i = 0; i < size; i++) {
      switch (state.readString()) {
        case "format" -> format = state.readString();
        case "language" -> language = state.readString();
        case "data" -> {
          int from = state.position();
          state.skip();
          data = new MsgpackReader(state.buffer(), from, state.position());
        }
        default -> state.skip();
      }
    }
    return of(format, language, data);
  }

  private static byte[] of(String format, String language, MsgpackReader data) {
    MessageDigest digest = sha256();
    digest.update((language + " " + format + "\n").getBytes(StandardCharsets.UTF_8));
    boolean graph = format.equals("graph");
    if (graph && data.peekType() == MsgpackType.MAP) {
      named(data, digest);
    } else if (graph && data.peekType() == MsgpackType.ARRAY) {
      columns(data, digest);
    } else {
      digest.update(Canonical.value(data));
    }
    return digest.digest();
  }

  private static void named(MsgpackReader data, MessageDigest digest) {
    int pairs = data.readMapHeader();
    for (int i = 0; i < pairs; i++) {
      String name = data.readString();
      if (name.equals(FEATURES)) {
        data.skip();
        continue;
      }
      digest.update((name + "\n").getBytes(StandardCharsets.UTF_8));
      column(data, digest, name.equals(FLOATS), false);
    }
  }

  private static void columns(MsgpackReader data, MessageDigest digest) {
    int size = data.readArrayHeader();
    for (int i = 0; i < size; i++) {
      column(data, digest, i == FLOATS_AT, true);
    }
  }

  private static void column(MsgpackReader data, MessageDigest digest, boolean floats, boolean littleEndian) {
    if (floats && data.peekType() == MsgpackType.BYTES) {
      byte[] column = data.readBytes();
      Canonical.column(column, littleEndian);
      digest.update(column);
    } else {
      digest.update(Canonical.value(data));
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("this JVM has no SHA-256", impossible);
    }
  }
}

package org.amino.runtime.guest.c;

import java.nio.charset.StandardCharsets;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.MsgpackType;
import org.amino.runtime.wire.Protocol;

/** What another object answered, as C asks for it: by its kind (`amino_kind`), then as a word, a number, or octets. */
record CAnswer(int kind, long word, double number, byte[] octets, byte[] encoded) {
  static final int FAILED = -1;
  private static final byte[] NONE = new byte[0];
  static final CAnswer NULL = new CAnswer(0, 0, 0, NONE, new byte[] {(byte) 0xc0});
  private static final int INT = 1;
  private static final int DOUBLE = 2;
  private static final int BOOL = 3;
  private static final int STRING = 4;
  private static final int BYTES = 5;
  private static final int OBJECT = 6;
  private static final int OTHER = 7;

  static CAnswer text(String text) {
    return new CAnswer(STRING, 0, 0, text.getBytes(StandardCharsets.UTF_8), NONE);
  }

  /** Octets to be copied, which are no answer of another object. */
  static CAnswer ofOctets(byte[] octets) {
    return new CAnswer(OTHER, 0, 0, octets, octets);
  }

  static CAnswer read(byte[] encoded, CInstance instance) {
    MsgpackReader in = new MsgpackReader(encoded);
    MsgpackType type = in.peekType();
    switch (type) {
      case NIL:
        return NULL;
      case BOOLEAN:
        return new CAnswer(BOOL, in.readBoolean() ? 1 : 0, 0, NONE, encoded);
      case INTEGER:
        return in.isLong() ? integer(in.readLong(), encoded) : ofOctets(encoded);
      case DOUBLE:
        double number = in.readDouble();
        return new CAnswer(DOUBLE, (long) number, number, NONE, encoded);
      case STRING:
        return new CAnswer(STRING, 0, 0, in.readRaw(in.readStringHeader()), encoded);
      case BYTES:
        return new CAnswer(BYTES, 0, 0, in.readBytes(), encoded);
      default:
        boolean reference = type == MsgpackType.EXTENSION && in.readExtensionHeader().type() == Protocol.Extension.REFERENCE;
        return reference ? new CAnswer(OBJECT, instance.references().handle(encoded), 0, NONE, encoded) : ofOctets(encoded);
    }
  }

  private static CAnswer integer(long value, byte[] encoded) {
    return new CAnswer(INT, value, value, NONE, encoded);
  }

  /** The whole answer in the encoding of docs/wire.md, also where it is a list, a map or another value that C has no type for. */
  CAnswer whole() {
    return new CAnswer(kind, word, number, encoded, encoded);
  }
}

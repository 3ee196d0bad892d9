package org.amino.runtime.wire;

import org.amino.runtime.wire.Protocol.Code;

/** What docs/wire.md, section 1, asks of a value beyond msgpack, for every reader of values. */
public final class ValueRules {
  /** The parts of a reference; class name and address may be null. */
  public record ReferenceParts(String id, String className, long epoch, String address) {}

  private ValueRules() {}

  /**
   * Refuses a key that no map may have: a container, an error, an extension that is not known. The item stays unread.
   *
   * @throws WireException VALUE_INVALID
   */
  public static void requireKey(MsgpackReader in) {
    boolean allowed = switch (in.peekType()) {
      case ARRAY, MAP -> false;
      case EXTENSION -> isAtom(in);
      default -> true;
    };
    if (!allowed) {
      throw new WireException(Code.VALUE_INVALID, "a map key must be null, a boolean, a number, a string, bytes, a timestamp, a duration, a reference or a named text");
    }
  }

  /** Whether the next item, an extension, may be a key: it holds no other value than a text. It stays unread. */
  static boolean isAtom(MsgpackReader in) {
    int at = in.position();
    int type = in.readExtensionHeader().type();
    boolean text = type == Protocol.Extension.NAMED && isNamedText(in);
    in.seek(at);
    return text || type == Protocol.Extension.BIG_INTEGER || type == Protocol.Extension.TIMESTAMP || type == Protocol.Extension.DURATION
        || type == Protocol.Extension.REFERENCE;
  }

  /** Whether the payload of a named value that begins here says that it was saved as a text. */
  private static boolean isNamedText(MsgpackReader in) {
    if (in.peekType() != MsgpackType.ARRAY || in.readArrayHeader() != 2) {
      return false;
    }
    in.skip();
    return in.peekType() == MsgpackType.STRING;
  }

  /**
   * Reads the name of a named value; the payload of the extension then holds one value more, which the caller reads.
   *
   * @throws WireException VALUE_INVALID when it is not an array of a name and a value
   */
  public static String name(MsgpackReader payload) {
    int size = payload.readArrayHeader();
    String name = size == 2 ? payload.readString() : "";
    if (name.isEmpty()) {
      throw new WireException(Code.VALUE_INVALID, "a named value must be an array of its class's name (a string) and its payload");
    }
    return name;
  }

  /**
   * Reads the payload of a reference.
   *
   * @throws WireException VALUE_INVALID when it is not an array of object id, class name or nil, epoch, address or nil
   */
  public static ReferenceParts reference(MsgpackReader payload) {
    int size = payload.readArrayHeader();
    if (size != 4) {
      throw new WireException(Code.VALUE_INVALID, "a reference has four parts (object id, class name or nil, epoch, address or nil), this one " + size);
    }
    ReferenceParts parts = new ReferenceParts(payload.readString(), optionalString(payload), payload.readLong(), optionalString(payload));
    payload.requireEnd();
    return parts;
  }

  /**
   * Refuses items that are nested deeper than a value with its arguments and options may be. The code that passes a frame on
   * asks for it: the next reader may refuse the whole frame for it, with the calls of others in it.
   *
   * @throws WireException VALUE_INVALID
   */
  public static void requireDepth(byte[] buffer, int from, int to) {
    MsgpackReader in = new MsgpackReader(buffer, from, to);
    long[] left = new long[Protocol.DEPTH_LIMIT + 4];
    left[0] = Long.MAX_VALUE;
    int depth = 0;
    while (in.remaining() > 0) {
      left[depth]--;
      long inside = 0;
      switch (in.peekType()) {
        case ARRAY -> inside = in.readArrayHeader();
        case MAP -> inside = 2L * in.readMapHeader();
        default -> in.skip();
      }
      if (inside > 0 && ++depth == left.length) {
        throw new WireException(Code.VALUE_INVALID, "a value is nested deeper than " + Protocol.DEPTH_LIMIT + " levels; flatten it");
      }
      left[depth] = inside > 0 ? inside : left[depth];
      while (left[depth] == 0) {
        depth--;
      }
    }
  }

  private static String optionalString(MsgpackReader in) {
    if (in.isNil()) {
      in.readNil();
      return null;
    }
    return in.readString();
  }
}

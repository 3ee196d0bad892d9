package org.amino.runtime.wire;

/** The kinds of msgpack items, as {@link MsgpackReader#peekType} tells them apart. */
public enum MsgpackType {
  NIL,
  BOOLEAN,
  INTEGER,
  DOUBLE,
  STRING,
  BYTES,
  ARRAY,
  MAP,
  EXTENSION;

  private static final MsgpackType[] BY_FIRST_BYTE = new MsgpackType[256];

  static {
    for (int first = 0; first < 256; first++) {
      BY_FIRST_BYTE[first] = classify(first);
    }
  }

  private static MsgpackType classify(int first) {
    if (first < 0x80 || first >= 0xe0) {
      return INTEGER;
    }
    if (first < 0x90) {
      return MAP;
    }
    if (first < 0xa0) {
      return ARRAY;
    }
    if (first < 0xc0) {
      return STRING;
    }
    return switch (first) {
      case 0xc0 -> NIL;
      case 0xc1 -> null;
      case 0xc2, 0xc3 -> BOOLEAN;
      case 0xc4, 0xc5, 0xc6 -> BYTES;
      case 0xc7, 0xc8, 0xc9, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8 -> EXTENSION;
      case 0xca, 0xcb -> DOUBLE;
      case 0xd9, 0xda, 0xdb -> STRING;
      case 0xdc, 0xdd -> ARRAY;
      case 0xde, 0xdf -> MAP;
      default -> INTEGER;
    };
  }

  /** The type that an item's first byte announces; null for 0xc1, which msgpack never uses. */
  static MsgpackType of(byte first) {
    return BY_FIRST_BYTE[first & 0xff];
  }
}

package org.amino.runtime.guest.c;

import java.util.Map;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.Protocol.Code;

/** The types of `sdk/c/amino.h`, and their short names of docs/webassembly.md. Integers carry their size in bits and whether they have a sign. */
enum CType {
  VOID(0, false),
  BOOL(8, false),
  INT8(8, true),
  INT16(16, true),
  INT32(32, true),
  INT64(64, true),
  UINT8(8, false),
  UINT16(16, false),
  UINT32(32, false),
  UINT64(64, false),
  SIZE(0, false),
  FLOAT(32, true),
  DOUBLE(64, true),
  TEXT(0, false),
  BYTES(0, false),
  OBJECT(32, true);

  private static final Map<String, CType> NAMES = Map.ofEntries(Map.entry("void", VOID), Map.entry("bool", BOOL), Map.entry("_Bool", BOOL),
      Map.entry("int8_t", INT8), Map.entry("int16_t", INT16), Map.entry("int32_t", INT32), Map.entry("int64_t", INT64), Map.entry("uint8_t", UINT8),
      Map.entry("uint16_t", UINT16), Map.entry("uint32_t", UINT32), Map.entry("uint64_t", UINT64), Map.entry("int", INT32), Map.entry("unsigned", UINT32),
      Map.entry("unsigned int", UINT32), Map.entry("long long", INT64), Map.entry("unsigned long long", UINT64), Map.entry("short", INT16),
      Map.entry("signed char", INT8), Map.entry("unsigned char", UINT8), Map.entry("size_t", SIZE), Map.entry("float", FLOAT), Map.entry("double", DOUBLE),
      Map.entry("char *", TEXT), Map.entry("amino_bytes *", BYTES), Map.entry("amino_object", OBJECT),
      Map.entry("i8", INT8), Map.entry("i16", INT16), Map.entry("i32", INT32), Map.entry("i64", INT64), Map.entry("u8", UINT8), Map.entry("u16", UINT16),
      Map.entry("u32", UINT32), Map.entry("u64", UINT64), Map.entry("f32", FLOAT), Map.entry("f64", DOUBLE), Map.entry("text", TEXT),
      Map.entry("bytes", BYTES), Map.entry("object", OBJECT));

  private final int bits;
  private final boolean signed;

  CType(int bits, boolean signed) {
    this.bits = bits;
    this.signed = signed;
  }

  int bits() {
    return bits;
  }

  boolean signed() {
    return signed;
  }

  boolean integer() {
    return switch (this) {
      case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64, SIZE -> true;
      default -> false;
    };
  }

  /** The type of WebAssembly that carries it; empty for none. */
  String wasmType() {
    return switch (this) {
      case VOID -> "";
      case INT64, UINT64 -> "i64";
      case FLOAT -> "f32";
      case DOUBLE -> "f64";
      default -> "i32";
    };
  }

  /** Whether an argument of it is put into the module's memory. */
  boolean inMemory() {
    return this == TEXT || this == BYTES;
  }

  /** The type that a declaration names, such as `const char *`. */
  static CType of(String declaration, String member) throws GuestFailure {
    String plain = declaration.replaceAll("\\bconst\\b", " ").replaceAll("\\s*\\*\\s*", " *").replaceAll("\\s+", " ").strip();
    CType type = NAMES.get(plain);
    if (type == null) {
      throw GuestFailure.of(Code.ARTIFACT_INVALID, "member " + member + " uses the type `" + declaration.strip()
          + "`, which no value becomes; use one of those that sdk/c/amino.h lists");
    }
    return type;
  }
}

package org.amino.runtime.guest.c;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.MsgpackType;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.Protocol;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.ValueRules;
import org.amino.runtime.wire.WireException;
import org.graalvm.polyglot.Value;

/** Arguments and results of C functions, by their declared types. */
final class CValues {
  private static final int BYTES_HEADER = 8;

  private CValues() {}

  /** An argument ready for the call; memory it took is added to {@code taken}. */
  static Object argument(MsgpackReader in, CType type, String where, CInstance instance, List<Long> taken) throws GuestFailure {
    MsgpackType given = in.peekType();
    if (type.integer() || type == CType.BOOL) {
      return type == CType.BOOL ? bool(in, given, where) : integer(in, type, given, where);
    }
    return switch (type) {
      case FLOAT, DOUBLE -> floating(in, type, given, where);
      case TEXT -> text(in, given, where, instance, taken);
      case BYTES -> bytes(in, given, where, instance, taken);
      case OBJECT -> object(in, given, where, instance);
      default -> throw mismatch(where, "nothing", given);
    };
  }

  private static GuestFailure mismatch(String where, String wanted, Object given) {
    return GuestFailure.of(Code.ARGUMENT_INVALID, where + " must be " + wanted + ", but is " + given.toString().toLowerCase());
  }

  private static Object bool(MsgpackReader in, MsgpackType given, String where) throws GuestFailure {
    if (given != MsgpackType.BOOLEAN) {
      throw mismatch(where, "a boolean", given);
    }
    return in.readBoolean() ? 1 : 0;
  }

  private static Object integer(MsgpackReader in, CType type, MsgpackType given, String where) throws GuestFailure {
    if (given != MsgpackType.INTEGER && !bigInteger(in, given)) {
      throw mismatch(where, "an integer", given);
    }
    BigInteger value = in.readBigInteger();
    int bits = type == CType.SIZE ? 32 : type.bits();
    boolean fits = type.signed() ? value.bitLength() < bits : value.signum() >= 0 && value.bitLength() <= bits;
    if (!fits) {
      throw mismatch(where, "a" + (type.signed() ? " signed" : "n unsigned") + " integer of " + bits + " bits", value);
    }
    return bits > 32 ? (Object) value.longValue() : (Object) value.intValue();
  }

  private static boolean bigInteger(MsgpackReader in, MsgpackType given) {
    int at = in.position();
    boolean big = given == MsgpackType.EXTENSION && in.readExtensionHeader().type() == Protocol.Extension.BIG_INTEGER;
    in.seek(at);
    return big;
  }

  private static Object floating(MsgpackReader in, CType type, MsgpackType given, String where) throws GuestFailure {
    if (given != MsgpackType.DOUBLE && given != MsgpackType.INTEGER) {
      throw mismatch(where, "a number", given);
    }
    double value = given == MsgpackType.DOUBLE ? in.readDouble() : in.readBigInteger().doubleValue();
    return type == CType.FLOAT ? (Object) (float) value : (Object) value;
  }

  private static Object text(MsgpackReader in, MsgpackType given, String where, CInstance instance, List<Long> taken) throws GuestFailure {
    if (given != MsgpackType.STRING) {
      throw mismatch(where, "a string", given);
    }
    byte[] utf8 = in.readRaw(in.readStringHeader());
    byte[] ended = new byte[utf8.length + 1];
    for (int i = 0; i < utf8.length; i++) {
      if (utf8[i] == 0) {
        throw GuestFailure.of(Code.VALUE_INVALID, where + " holds U+0000, which ends a string in C; pass bytes");
      }
      ended[i] = utf8[i];
    }
    return instance.place(ended, taken);
  }

  private static Object bytes(MsgpackReader in, MsgpackType given, String where, CInstance instance, List<Long> taken) throws GuestFailure {
    if (given != MsgpackType.BYTES) {
      throw mismatch(where, "bytes", given);
    }
    return instance.place(withSize(in.readBytes()), taken);
  }

  static byte[] withSize(byte[] octets) {
    ByteBuffer buffer = ByteBuffer.allocate(BYTES_HEADER + octets.length).order(ByteOrder.LITTLE_ENDIAN);
    return buffer.putLong(octets.length).put(octets).array();
  }

  private static Object object(MsgpackReader in, MsgpackType given, String where, CInstance instance) throws GuestFailure {
    if (given == MsgpackType.NIL) {
      in.readNil();
      return 0;
    }
    int from = in.position();
    if (given != MsgpackType.EXTENSION || in.readExtensionHeader().type() != Protocol.Extension.REFERENCE) {
      throw mismatch(where, "a reference to an object", given);
    }
    in.seek(from);
    in.skip();
    int size = in.position() - from;
    in.seek(from);
    return instance.references().handle(in.readRaw(size));
  }

  /** Writes a result. */
  static void result(MsgpackWriter out, Value value, CType type, CInstance instance) throws GuestFailure {
    switch (type) {
      case VOID -> out.writeNil();
      case BOOL -> out.writeBoolean(value.isBoolean() ? value.asBoolean() : (value.asLong() & 0xff) != 0);
      case FLOAT, DOUBLE -> out.writeDouble(value.asDouble());
      case TEXT -> resultText(out, instance, instance.module().address(value));
      case BYTES -> resultBytes(out, instance, instance.module().address(value));
      case OBJECT -> instance.references().write(out, value.asInt());
      default -> resultInteger(out, value.asLong(), type);
    }
  }

  private static void resultInteger(MsgpackWriter out, long value, CType type) {
    int bits = type == CType.SIZE ? 32 : type.bits();
    if (type.signed()) {
      out.writeLong(value);
    } else if (bits < 64) {
      out.writeLong(value & (1L << bits) - 1);
    } else {
      out.writeBigInteger(new BigInteger(Long.toUnsignedString(value)));
    }
  }

  private static void resultText(MsgpackWriter out, CInstance instance, long address) throws GuestFailure {
    if (address == 0) {
      out.writeNil();
      return;
    }
    byte[] utf8 = instance.module().read(address, instance.module().textSize(address));
    String text = new String(utf8, StandardCharsets.UTF_8);
    if (text.indexOf('\ufffd') >= 0 && !java.util.Arrays.equals(text.getBytes(StandardCharsets.UTF_8), utf8)) {
      throw GuestFailure.of(Code.VALUE_INVALID, "the result is a string that is not UTF-8; give bytes");
    }
    out.writeString(text);
  }

  private static void resultBytes(MsgpackWriter out, CInstance instance, long address) {
    if (address == 0) {
      out.writeNil();
    } else {
      out.writeBytes(octets(instance, address));
    }
  }

  /** Writes a result that the object encoded itself; an address of 0 stands for nothing. */
  static void packedResult(MsgpackWriter out, Value value, CInstance instance) throws GuestFailure {
    long address = instance.module().address(value);
    if (address == 0) {
      out.writeNil();
      return;
    }
    byte[] encoded = octets(instance, address);
    requireValue(encoded, "the result");
    out.writeRaw(encoded);
  }

  /** VALUE_INVALID unless the bytes are one whole value that a frame may hold. */
  static void requireValue(byte[] encoded, String what) throws GuestFailure {
    try {
      MsgpackReader in = new MsgpackReader(encoded);
      in.skip();
      in.requireEnd();
      ValueRules.requireDepth(encoded, 0, encoded.length);
    } catch (WireException invalid) {
      throw GuestFailure.of(Code.VALUE_INVALID, what + " is no encoded value: " + invalid.getMessage());
    }
  }

  /** The content of an `amino_bytes`. */
  static byte[] octets(CInstance instance, long address) {
    long size = ByteBuffer.wrap(instance.module().read(address, BYTES_HEADER)).order(ByteOrder.LITTLE_ENDIAN).getLong();
    return instance.module().read(address + BYTES_HEADER, size);
  }

  /** No more than a list for the release of what arguments took. */
  static List<Long> taking() {
    return new ArrayList<>(4);
  }
}

package org.amino.runtime.guest.polyglot;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.Protocol;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.Protocol.Outcome;
import org.amino.runtime.wire.WireException;
import org.graalvm.polyglot.Value;

/**
 * Writes what a prelude's `flatten` made of a guest's value (docs/wire.md, section 1). The prelude has found cycles, kept the depth limit and
 * refused what cannot travel; here a tree becomes bytes.
 */
final class ValueWriter {
  private static final long NANOS = 1_000_000_000L;
  private static final long SECONDS_34_BITS = 1L << 34;

  private ValueWriter() {}

  /** Writes one tree. */
  static void write(MsgpackWriter out, Value tree) {
    if (tree.isString()) {
      out.writeString(tree.asString());
    } else if (tree.isNumber()) {
      writeNumber(out, tree);
    } else if (tree.isNull()) {
      out.writeNil();
    } else if (tree.isBoolean()) {
      out.writeBoolean(tree.asBoolean());
    } else {
      writeTagged(out, tree);
    }
  }

  private static void writeNumber(MsgpackWriter out, Value number) {
    if (number.fitsInInt()) {
      out.writeLong(number.asInt());
    } else if (number.fitsInLong()) {
      out.writeLong(number.asLong());
    } else if (number.fitsInDouble()) {
      out.writeDouble(number.asDouble());
    } else {
      out.writeBigInteger(number.asBigInteger());
    }
  }

  private static void writeTagged(MsgpackWriter out, Value tree) {
    int tag = tree.getArrayElement(0).asInt();
    switch (tag) {
      case Tag.LIST -> writeItems(out, tree);
      case Tag.MAP -> writeMap(out, tree);
      case Tag.BIG -> out.writeBigInteger(new BigInteger(text(tree, 1), 16));
      case Tag.DOUBLE -> out.writeDouble(tree.getArrayElement(1).asDouble());
      case Tag.BYTES -> writeBuffer(out, tree);
      case Tag.LATIN -> out.writeBytes(text(tree, 1).getBytes(StandardCharsets.ISO_8859_1));
      case Tag.TIMESTAMP -> writeTimestamp(out, tree.getArrayElement(1).asLong(), tree.getArrayElement(2).asInt());
      case Tag.DURATION -> writeDuration(out, new BigInteger(text(tree, 1)));
      default -> writeExtension(out, tree, tag);
    }
  }

  private static void writeExtension(MsgpackWriter out, Value tree, int tag) {
    int mark = out.beginExtension();
    switch (tag) {
      case Tag.SET -> {
        writeItems(out, tree);
        out.endExtension(mark, Protocol.Extension.SET);
      }
      case Tag.REFERENCE -> {
        writeItems(out, tree);
        out.endExtension(mark, Protocol.Extension.REFERENCE);
      }
      case Tag.ERROR -> {
        writeError(out, tree);
        out.endExtension(mark, Protocol.Extension.ERROR);
      }
      case Tag.GRAPH -> {
        writeItems(out, tree);
        out.endExtension(mark, Protocol.Extension.GRAPH);
      }
      case Tag.BACK -> {
        out.writeLong(tree.getArrayElement(1).asInt());
        out.endExtension(mark, Protocol.Extension.BACK_REFERENCE);
      }
      case Tag.NAMED -> {
        writeItems(out, tree);
        out.endExtension(mark, Protocol.Extension.NAMED);
      }
      default -> throw new WireException(Code.VALUE_INVALID, "a promise inside a value cannot travel; await it first");
    }
  }

  private static String text(Value tree, int index) {
    return tree.getArrayElement(index).asString();
  }

  private static void writeItems(MsgpackWriter out, Value tree) {
    long size = tree.getArraySize();
    out.writeArrayHeader((int) (size - 1));
    for (long i = 1; i < size; i++) {
      write(out, tree.getArrayElement(i));
    }
  }

  private static void writeMap(MsgpackWriter out, Value tree) {
    long size = tree.getArraySize();
    out.writeMapHeader((int) ((size - 1) / 2));
    for (long i = 1; i < size; i++) {
      write(out, tree.getArrayElement(i));
    }
  }

  /** The payload has no extension of its own around the cause, which is an error tree, too. */
  private static void writeError(MsgpackWriter out, Value tree) {
    Value members = tree.getArrayElement(8);
    long count = members.isNull() ? 0 : members.getArraySize();
    Value hop = tree.getArrayElement(9);
    out.writeArrayHeader(!hop.isNull() ? 9 : count == 0 ? 7 : 8);
    for (int i = 1; i <= 4; i++) {
      out.writeString(new String(text(tree, i).getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8));
    }
    write(out, tree.getArrayElement(5));
    Value cause = tree.getArrayElement(6);
    if (cause.isNull()) {
      out.writeNil();
    } else {
      writeError(out, cause);
    }
    Value outcome = tree.getArrayElement(7);
    out.writeLong(outcome.isNull() ? Outcome.byDefault(text(tree, 1)).ordinal() : outcome.asInt());
    if (count > 0) {
      out.writeArrayHeader((int) count);
      for (long i = 0; i < count; i++) {
        writeError(out, members.getArrayElement(i));
      }
    } else if (!hop.isNull()) {
      out.writeNil();
    }
    if (!hop.isNull()) {
      write(out, hop);
    }
  }

  private static void writeBuffer(MsgpackWriter out, Value tree) {
    Value buffer = tree.getArrayElement(1);
    long offset = tree.getArrayElement(2).asLong();
    long length = tree.getArrayElement(3).asLong();
    if (length > Integer.MAX_VALUE - 16) {
      throw new WireException(Code.VALUE_INVALID, length + " bytes do not fit in a frame; pass them in parts");
    }
    out.writeBytesHeader((int) length);
    int at = out.reserve((int) length);
    buffer.readBuffer(offset, out.buffer(), at, (int) length);
  }

  /** msgpack's timestamp in its shortest form. */
  static void writeTimestamp(MsgpackWriter out, long seconds, int nanos) {
    byte[] payload;
    if (seconds >= 0 && seconds < SECONDS_34_BITS) {
      payload = nanos == 0 && seconds <= 0xffffffffL ? bigEndian(seconds, 4) : bigEndian((long) nanos << 34 | seconds, 8);
    } else {
      payload = new byte[12];
      System.arraycopy(bigEndian(nanos, 4), 0, payload, 0, 4);
      System.arraycopy(bigEndian(seconds, 8), 0, payload, 4, 8);
    }
    out.writeExtension(Protocol.Extension.TIMESTAMP, payload);
  }

  private static void writeDuration(MsgpackWriter out, BigInteger nanos) {
    if (nanos.bitLength() > 63) {
      throw new WireException(Code.VALUE_INVALID, "a duration of " + nanos.divide(BigInteger.valueOf(NANOS)) + " s is longer than 292 years");
    }
    out.writeExtension(Protocol.Extension.DURATION, bigEndian(nanos.longValue(), 8));
  }

  static byte[] bigEndian(long value, int size) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) (value >> 8 * (size - 1 - i));
    }
    return bytes;
  }
}

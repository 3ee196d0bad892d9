package org.amino.runtime.guest.ruby;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.Adler32;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyArray;
import org.graalvm.polyglot.proxy.ProxyExecutable;

/**
 * Compresses for a guest. The first argument names what is to be done; bytes travel as texts of the signs 0 to 255.
 * `library/zlib` has the other half.
 */
final class ZlibBytes implements ProxyExecutable {
  /** How much is taken at once. */
  private static final int ROOM = 8192;
  /** What became of bytes that were to be unpacked. */
  private static final int DONE = 0;
  private static final int SHORT = 1;
  private static final int WRONG = 2;
  private static final int DICTIONARY = 3;

  @Override
  public Object execute(Value... arguments) {
    byte[] bytes = arguments[1].asString().getBytes(StandardCharsets.ISO_8859_1);
    return switch (arguments[0].asString()) {
      case "pack" -> pack(bytes, arguments[2].asInt(), arguments[3].asBoolean(), arguments[4].asInt());
      case "unpack" -> unpack(bytes, arguments[2].asBoolean());
      case "crc32" -> crc(bytes);
      case "adler32" -> adler(bytes);
      default -> throw new IllegalArgumentException("unknown");
    };
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static Object pack(byte[] bytes, int level, boolean bare, int strategy) {
    Deflater deflater = new Deflater(level, bare);
    try {
      deflater.setStrategy(strategy);
      deflater.setInput(bytes);
      deflater.finish();
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] room = new byte[ROOM];
      while (!deflater.finished()) {
        out.write(room, 0, deflater.deflate(room));
      }
      return text(out.toByteArray());
    } finally {
      deflater.end();
    }
  }

  /** What became of it, the bytes (or what is wrong), and how many were taken. */
  private static Object unpack(byte[] bytes, boolean bare) {
    Inflater inflater = new Inflater(bare);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      inflater.setInput(bytes);
      byte[] room = new byte[ROOM];
      int outcome = DONE;
      while (!inflater.finished() && outcome == DONE) {
        int count = inflater.inflate(room);
        out.write(room, 0, count);
        boolean starved = count == 0 && inflater.needsInput() && !inflater.finished();
        outcome = inflater.needsDictionary() ? DICTIONARY : starved ? SHORT : DONE;
      }
      return ProxyArray.fromArray(outcome, text(out.toByteArray()), Math.toIntExact(inflater.getBytesRead()));
    } catch (DataFormatException wrong) {
      return ProxyArray.fromArray(WRONG, String.valueOf(wrong.getMessage()), 0);
    } finally {
      inflater.end();
    }
  }

  private static Object crc(byte[] bytes) {
    CRC32 sum = new CRC32();
    sum.update(bytes);
    return sum.getValue();
  }

  private static Object adler(byte[] bytes) {
    Adler32 sum = new Adler32();
    sum.update(bytes);
    return sum.getValue();
  }
}

package org.amino.runtime.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MsgpackTest {
  private static String hex(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (byte b : bytes) {
      text.append(String.format("%02x", b));
    }
    return text.toString();
  }

  private static byte[] bytes(String hex) {
    byte[] bytes = new byte[hex.length() / 2];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Integer.parseInt(hex.substring(2 * i, 2 * i + 2), 16);
    }
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 127, 128, 255, 256, 65535, 65536, 4294967295L, 4294967296L, Long.MAX_VALUE, -1, -32, -33, -128, -129, -32768, -32769, -2147483648L, -2147483649L,
      Long.MIN_VALUE})
  void integersKeepTheirValueInTheShortestForm(long value) {
    byte[] encoded = PlainValue.encode(value);
    assertEquals(value, new MsgpackReader(encoded).readLong());
    int shortest = value >= -32 && value < 128 ? 1
        : value >= -128 && value < 256 ? 2 : value >= -32768 && value < 65536 ? 3 : value >= Integer.MIN_VALUE && value < 1L << 32 ? 5 : 9;
    assertEquals(shortest, encoded.length);
  }

  @Test
  void integersBeyond64BitsAreExtension1AndUint64IsRead() {
    BigInteger big = BigInteger.ONE.shiftLeft(63);
    assertEquals("c709010080000000" + "00000000" + "00".repeat(0), hex(PlainValue.encode(big)).substring(0, 24));
    assertEquals(big, PlainValue.read(new MsgpackReader(PlainValue.encode(big))));
    assertEquals(big, PlainValue.read(new MsgpackReader(bytes("cf8000000000000000"))));
    assertFalse(new MsgpackReader(bytes("cf8000000000000000")).isLong());
    assertThrows(WireException.class, () -> new MsgpackReader(bytes("cf8000000000000000")).readLong());
    assertEquals(5L, PlainValue.read(new MsgpackReader(PlainValue.encode(BigInteger.valueOf(5)))));
  }

  @Test
  void doublesKeepTheirBits() {
    for (double value : new double[] {0.0, -0.0, 5.0, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.MIN_VALUE}) {
      MsgpackReader in = new MsgpackReader(PlainValue.encode(value));
      assertEquals(MsgpackType.DOUBLE, in.peekType());
      assertEquals(Double.doubleToRawLongBits(value), Double.doubleToRawLongBits(in.readDouble()));
    }
    assertEquals(1.5, new MsgpackReader(bytes("ca3fc00000")).readDouble());
  }

  @Test
  void stringsAreUnicode() {
    for (String text : List.of("", "plain", "ä", "€", "😀", "\u0000", "\ufffd", "x".repeat(31), "x".repeat(32), "ü".repeat(200), "€".repeat(70_000))) {
      byte[] encoded = PlainValue.encode(text);
      assertEquals(text, new MsgpackReader(encoded).readString());
    }
    WireException lone = assertThrows(WireException.class, () -> PlainValue.encode("a\ud800"));
    assertEquals("VALUE_INVALID", lone.code());
    assertEquals("VALUE_INVALID", assertThrows(WireException.class, () -> new MsgpackReader(bytes("a2c328")).readString()).code());
    assertEquals("VALUE_INVALID", assertThrows(WireException.class, () -> new MsgpackReader(bytes("a3eda080")).readString()).code());
  }

  @Test
  void extensionsTakeTheirShortestForm() {
    for (int size : new int[] {0, 1, 2, 3, 4, 8, 16, 17, 255, 256, 65535, 65536}) {
      MsgpackWriter out = new MsgpackWriter();
      out.writeNil();
      int mark = out.beginExtension();
      out.writeRaw(new byte[size]);
      out.endExtension(mark, Protocol.Extension.SET);
      int header = size > 0 && size <= 16 && Integer.bitCount(size) == 1 ? 2 : size < 256 ? 3 : size < 65536 ? 4 : 6;
      assertEquals(1 + header + size, out.position());
      MsgpackReader in = new MsgpackReader(out.toByteArray());
      in.readNil();
      assertEquals(new MsgpackReader.ExtensionHeader(Protocol.Extension.SET, size), in.readExtensionHeader());
      MsgpackWriter whole = new MsgpackWriter();
      whole.writeExtension(Protocol.Extension.SET, new byte[size]);
      assertArrayEquals(whole.toByteArray(), Arrays.copyOfRange(out.toByteArray(), 1, out.position()));
    }
  }

  @Test
  void whatPassesTheLimitIsRefused() {
    MsgpackWriter out = new MsgpackWriter(16, 100);
    out.writeBytes(new byte[90]);
    assertEquals("VALUE_INVALID", assertThrows(WireException.class, () -> out.writeString("0123456789")).code());
  }

  // Each announces more than there is.
  @ParameterizedTest
  @ValueSource(strings = {"", "91", "dc", "dcffff", "ddffffffff", "deffff", "dfffffffff", "81", "8101", "a5aa", "d9ff", "dbffffffff", "c6ffffffff", "c9ffffffff01", "c7", "c705", "d8", "cb00",
      "cf00", "92dd7fffffff", "dd00000002c0"})
  void truncatedItemsAreNoticedBeforeAnythingIsAllocated(String hex) {
    assertEquals("FRAME_INVALID", assertThrows(WireException.class, () -> PlainValue.read(new MsgpackReader(bytes(hex)))).code());
    assertEquals("FRAME_INVALID", assertThrows(WireException.class, () -> new MsgpackReader(bytes(hex)).skip()).code());
  }

  @Test
  void deepNestingIsSkippedWithoutStackAndRefusedAsAValue() {
    byte[] deep = new byte[1_000_000];
    Arrays.fill(deep, (byte) 0x91);
    deep[deep.length - 1] = (byte) 0xc0;
    MsgpackReader in = new MsgpackReader(deep);
    in.skip();
    assertEquals(0, in.remaining());
    assertEquals("VALUE_INVALID", assertThrows(WireException.class, () -> PlainValue.read(new MsgpackReader(deep))).code());
  }

  @Test
  void randomValuesComeBackAndAreSkippedWhole() {
    long seed = System.nanoTime();
    System.out.println("MsgpackTest seed " + seed);
    Random random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      Object value = value(random, 4);
      byte[] encoded = PlainValue.encode(value);
      assertTrue(same(value, PlainValue.read(new MsgpackReader(encoded))));
      MsgpackReader in = new MsgpackReader(encoded);
      in.skip();
      assertEquals(encoded.length, in.position());
      // Any cut ends in an error, never in a value or a crash.
      int cut = random.nextInt(encoded.length);
      assertThrows(WireException.class, () -> PlainValue.read(new MsgpackReader(encoded, 0, cut)));
    }
  }

  private static Object value(Random random, int depth) {
    return switch (random.nextInt(depth == 0 ? 7 : 9)) {
      case 0 -> null;
      case 1 -> random.nextBoolean();
      case 2 -> random.nextLong() >> random.nextInt(64);
      case 3 -> new BigInteger(64 + random.nextInt(100), random).setBit(70);
      case 4 -> random.nextDouble();
      case 5 -> "é€x😀".substring(0, random.nextInt(4)).repeat(random.nextInt(30));
      case 6 -> new byte[random.nextInt(300)];
      case 7 -> {
        List<Object> list = new ArrayList<>();
        for (int n = random.nextInt(20); n > 0; n--) {
          list.add(value(random, depth - 1));
        }
        yield list;
      }
      default -> {
        Map<Object, Object> map = new LinkedHashMap<>();
        for (int n = random.nextInt(20); n > 0; n--) {
          map.put("k" + n, value(random, depth - 1));
        }
        yield map;
      }
    };
  }

  private static boolean same(Object a, Object b) {
    if (a instanceof byte[] bytes) {
      return Arrays.equals(bytes, (byte[]) b);
    }
    if (a instanceof List<?> list) {
      List<?> other = (List<?>) b;
      boolean equal = list.size() == other.size();
      for (int i = 0; equal && i < list.size(); i++) {
        equal = same(list.get(i), other.get(i));
      }
      return equal;
    }
    if (a instanceof Map<?, ?> map) {
      Map<?, ?> other = (Map<?, ?>) b;
      return List.copyOf(map.keySet()).equals(List.copyOf(other.keySet())) && map.keySet().stream().allMatch(key -> same(map.get(key), other.get(key)));
    }
    return java.util.Objects.equals(a, b);
  }
}

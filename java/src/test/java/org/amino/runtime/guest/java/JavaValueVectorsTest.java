package org.amino.runtime.guest.java;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import java.util.stream.Stream;
import org.amino.runtime.testing.ValueVectors;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.WireException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The vectors of {@code tests/conformance/values.json} against what Java objects are given and give. */
class JavaValueVectorsTest {
  static Stream<ValueVectors.Valid> valid() {
    return ValueVectors.valid();
  }

  static Stream<ValueVectors.Invalid> invalid() {
    return ValueVectors.invalid();
  }

  static Stream<ValueVectors.Unencodable> unencodable() {
    return ValueVectors.unencodable();
  }

  private static Object decode(byte[] bytes) {
    return JavaDecoder.decode(bytes, null);
  }

  private static byte[] encode(Object value) {
    MsgpackWriter out = new MsgpackWriter();
    JavaValues.write(out, value);
    return out.toByteArray();
  }

  @ParameterizedTest
  @MethodSource("valid")
  void aValidVectorIsReadAndWritten(ValueVectors.Valid vector) {
    if (vector.refusedBy().contains("java")) {
      assertEquals("VALUE_INVALID", assertThrows(WireException.class, () -> decode(vector.bytes())).code());
      return;
    }
    Object value = NeutralValue.build(vector.value());
    NeutralValue.assertAlike(value, decode(vector.bytes()));
    for (byte[] other : vector.alsoRead()) {
      NeutralValue.assertAlike(value, decode(other));
    }
    NeutralValue.assertAlike(value, decode(encode(decode(vector.bytes()))));
    if (vector.exact()) {
      assertEquals(HexFormat.of().formatHex(vector.bytes()), HexFormat.of().formatHex(encode(value)));
    }
  }

  @ParameterizedTest
  @MethodSource("invalid")
  void anInvalidVectorIsRefused(ValueVectors.Invalid vector) {
    WireException refused = assertThrows(WireException.class, () -> decode(vector.bytes()));
    assertTrue(vector.codes().contains(refused.code()), refused.code() + ": " + refused.getMessage());
  }

  /** Forty lists, each twice in the next: a message that went through all its places would never end. */
  @Test
  void whatGrowsWithEachLookIsNotLookedThroughForAMessage() {
    byte[] doubled = ValueVectors.valid().filter(each -> each.name().equals("graph, forty lists each twice in the next")).findFirst().orElseThrow().bytes();
    Object value = decode(doubled);
    assertEquals("a list is no long", assertThrows(Conversion.Mismatch.class, () -> Conversion.to(value, long.class)).getMessage());
  }

  /** Java would file the list under its content of that moment, and need its content to find it: here it may still be empty, or hold itself. */
  @Test
  void aSetWithAListThatAlsoStandsElsewhereIsRefused() {
    byte[] shared = HexFormat.of().parseHex("c70f06" + "93" + "92d40701d40702" + "d60291d40702" + "90");
    WireException refused = assertThrows(WireException.class, () -> decode(shared));
    assertEquals("VALUE_INVALID", refused.code());
    assertTrue(refused.getMessage().contains("a set holds"), refused.getMessage());
  }

  @ParameterizedTest
  @MethodSource("unencodable")
  void whatCannotTravelIsNamed(ValueVectors.Unencodable vector) {
    WireException refused = assertThrows(WireException.class, () -> encode(NeutralValue.build(vector.value())));
    assertEquals("VALUE_INVALID", refused.code());
    assertTrue(refused.getMessage().contains(vector.path()), refused.getMessage());
  }
}

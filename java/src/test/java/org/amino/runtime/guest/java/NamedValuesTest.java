package org.amino.runtime.guest.java;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.WireException;
import org.junit.jupiter.api.Test;

/** Records, enumerations, Optional, classes with hooks, and what Java's library has of the standard names. */
class NamedValuesTest {
  enum Colour {
    RED {
      @Override
      public String toString() {
        return "rosso";
      }
    }
  }

  record Point(int x, List<Colour> colours) {}

  record Line(Point from, Optional<Point> to) {}

  /** A class of an application with hooks. */
  public static final class Money {
    final String text;

    Money(String text) {
      this.text = text;
    }

    public Object toAmino() {
      return text;
    }

    public static Money fromAmino(String saved) {
      if (saved.isEmpty()) {
        throw new IllegalArgumentException("no money");
      }
      return new Money(saved);
    }
  }

  @SuppressWarnings("unused")
  void declared(Point point, Line line, Optional<Colour> colour, BigDecimal decimal, UUID uuid, Money money, double[] numbers, Map<Colour, BigDecimal> prices) {}

  private static Type type(int parameter) {
    return Arrays.stream(NamedValuesTest.class.getDeclaredMethods()).filter(method -> method.getName().equals("declared")).findFirst().orElseThrow()
        .getGenericParameterTypes()[parameter];
  }

  private static Object travelled(Object value) {
    MsgpackWriter out = new MsgpackWriter();
    JavaValues.write(out, value);
    return JavaDecoder.decode(out.toByteArray(), null);
  }

  @Test
  void aRecordLeavesUnderItsNameAndIsMadeAgainWhereAParameterDeclaresIt() {
    Line line = new Line(new Point(1, List.of(Colour.RED)), Optional.of(new Point(2, List.of())));
    Object seen = travelled(List.of(line));
    Named named = (Named) ((List<?>) seen).get(0);
    assertEquals("Line", named.name());
    assertEquals(new Named("Point", Map.of("x", 1L, "colours", List.of("RED"))), ((Map<?, ?>) named.value()).get("from"));
    assertEquals(line, Conversion.to(named, type(1)));
    assertEquals(new Point(3, List.of()), Conversion.to(Map.of("x", 3L, "colours", List.of()), type(0)));
    assertThrows(Conversion.Mismatch.class, () -> Conversion.to(Map.of("x", 3L), type(0)));
    assertThrows(Conversion.Mismatch.class, () -> Conversion.to(Map.of("x", 3L, "colours", List.of(), "z", 1L), type(0)));
  }

  @Test
  void anOptionalIsWhatIsInIt() {
    assertEquals(Arrays.asList("a", null), travelled(List.of(Optional.of("a"), Optional.empty())));
    List<Object> shared = new ArrayList<>(List.of(1L));
    List<?> seen = (List<?>) travelled(List.of(Optional.of(shared), shared));
    assertTrue(seen.get(0) == seen.get(1));
    assertEquals(Optional.of(Colour.RED), Conversion.to(new Named("Colour", "RED"), type(2)));
    assertEquals(Optional.empty(), Conversion.to(null, type(2)));
  }

  @Test
  void theLibraryOfJavaHasStandardNamesAndTakesTheirPlainForms() {
    UUID uuid = UUID.randomUUID();
    List<Object> values = List.of(new BigDecimal("1.50"), LocalDate.of(2026, 11, 28), LocalTime.of(7, 0), LocalTime.of(1, 2, 3, 40), uuid, URI.create("https://example.org/"));
    assertEquals(values, travelled(values));
    assertEquals(Map.of(uuid, 1L), travelled(Map.of(uuid, 1L)));
    assertEquals(new BigDecimal("1.50"), Conversion.to("1.50", type(3)));
    assertEquals(new BigDecimal("7"), Conversion.to(7L, type(3)));
    assertThrows(Conversion.Mismatch.class, () -> Conversion.to("many", type(3)));
    assertThrows(Conversion.Mismatch.class, () -> Conversion.to(1.5, type(3)));
    assertEquals(uuid, Conversion.to(uuid.toString(), type(4)));
    assertEquals(Map.of(Colour.RED, new BigDecimal("2.0")), Conversion.to(Map.of("RED", "2.0"), type(7)));
    byte[] packed = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putDouble(1.5).putDouble(-0.0).array();
    assertArrayEquals(new double[] {1.5, -0.0}, (double[]) Conversion.to(new Named("amino.array.float64", packed), type(6)));
    assertThrows(Conversion.Mismatch.class, () -> Conversion.to(new Named("amino.array.float64", new byte[3]), type(6)));
  }

  @Test
  void aClassWithHooksTravels() {
    assertEquals(new Named("Money", "1.50"), travelled(new Money("1.50")));
    assertEquals("1.50", ((Money) Conversion.to(new Named("Money", "1.50"), type(5))).text);
    assertEquals("1.50", ((Money) Conversion.to("1.50", type(5))).text);
    WireException failed = assertThrows(WireException.class, () -> Conversion.to("", type(5)));
    assertTrue(failed.getMessage().contains("`fromAmino` of Money threw") && failed.getMessage().contains("no money"), failed.getMessage());
  }

  @Test
  void whatCannotTravelIsRefusedWithTheNameOfTheHook() {
    WireException refused = assertThrows(WireException.class, () -> travelled(List.of(new Point(1, null), new Object())));
    assertTrue(refused.getMessage().contains("[1]") && refused.getMessage().contains("toAmino()"), refused.getMessage());
    refused = assertThrows(WireException.class, () -> travelled(Map.of(new Point(1, null), 1)));
    assertTrue(refused.getMessage().contains("as key cannot travel"), refused.getMessage());
  }
}

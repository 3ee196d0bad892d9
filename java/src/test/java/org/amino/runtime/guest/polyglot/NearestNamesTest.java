package org.amino.runtime.guest.polyglot;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

final class NearestNamesTest {
  private static String told(String name, String... there) {
    return NearestNames.memberNotFound("cart", "Cart", name, List.of(there)).getMessage();
  }

  @Test
  void aMemberThatCannotBeSetIsNotSaidToBeMissing() {
    assertEquals(
        "object cart (Cart) has the member size, which cannot be set: it is read-only or a method", told("size=", "size", "add"));
  }

  @Test
  void aMisspelledMemberHasItsNearestNames() {
    assertEquals("object cart (Cart) has no member sise=; did you mean size=, size?", told("sise=", "size", "size=", "add"));
    assertEquals("object cart (Cart) has no member size; it has no members", told("size"));
  }
}

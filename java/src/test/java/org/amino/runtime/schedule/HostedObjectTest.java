package org.amino.runtime.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.polyglot.StateImage;
import org.amino.runtime.wire.Protocol.Code;
import org.junit.jupiter.api.Test;

/** What guests say of an object that they know by its id alone. */
class HostedObjectTest {
  private static HostedObject cart(String name) {
    HostedObject object = new HostedObject("n1", 1, null, null, Management.NONE, false);
    object.name(name);
    return object;
  }

  @Test
  void messagesOfGuestsGetTheNameOfTheirObject() {
    GuestFailure failure = cart("cart").titled(StateImage.notCapturable("n1", List.of("socket")));
    assertTrue(failure.getMessage().startsWith("the state of object cart (n1) cannot be captured"), failure.getMessage());
    assertEquals(List.of("socket"), failure.details.get("lost"));
    for (String said : List.of("amino_save of object %s: no", "the context of object %s was ended", "object %s")) {
      assertEquals(said.formatted("cart (n1)"), cart("cart").titled(GuestFailure.of(Code.OBJECT_LOST, said.formatted("n1"))).getMessage());
    }
  }

  @Test
  void otherIdsAndWhatTheApplicationSaysStayAsTheyAre() {
    GuestFailure other = GuestFailure.of(Code.OBJECT_LOST, "object n12 is gone, and object n1/0.2");
    assertEquals(other.getMessage(), cart("cart").titled(other).getMessage());
    GuestFailure own = new GuestFailure(Code.GUEST_EXCEPTION, "ValueError", "no object n1", "", null, null);
    assertSame(own, cart("cart").titled(own));
    GuestFailure nameless = GuestFailure.of(Code.OBJECT_LOST, "object n1 is gone");
    assertSame(nameless, cart(null).titled(nameless));
  }

  @Test
  void aCallAndTheChainBeforeItAreNamed() throws Exception {
    ObjectTable objects = new ObjectTable();
    objects.announce(cart("cart"));
    Call call = new Call();
    call.aim("n1", "total", cart("cart"), new byte[0], 0, 0);
    assertEquals("cart (n1).total", call.title());
    Chain chain = Chain.begin("c").hop("n1.check").hop("elsewhere.take");
    assertEquals("cart (n1).check → elsewhere.take → cart (n1).total", chain.describe(call.title(), objects::title));
  }
}

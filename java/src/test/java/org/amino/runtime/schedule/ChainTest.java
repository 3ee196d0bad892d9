package org.amino.runtime.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.PlainValue;
import org.amino.runtime.wire.WireException;
import org.junit.jupiter.api.Test;

class ChainTest {
  @Test
  void itTravels() throws Exception {
    Chain chain = Chain.begin("c/1/0").hop("a.f").hop("b.g");
    MsgpackWriter out = new MsgpackWriter();
    chain.write(out);
    assertEquals(List.of("c/1/0", "a.f", "b.g"), PlainValue.read(new MsgpackReader(out.toByteArray())));
    assertEquals(chain, Chain.read(new MsgpackReader(out.toByteArray())));
    assertEquals("a.f → b.g → c.h", chain.describe("c.h", hop -> hop));
  }

  @Test
  void itHasAtMost64Hops() throws Exception {
    Chain chain = Chain.begin("c/1/0");
    for (int i = 0; i < 64; i++) {
      chain = chain.hop("a.f");
    }
    Chain full = chain;
    GuestFailure failure = assertThrows(GuestFailure.class, () -> full.hop("a.f"));
    assertEquals("DEADLOCK", failure.code);
    assertTrue(failure.getMessage().contains("call chain too deep"));
  }

  @Test
  void itPassesTheInstancesOfItsHops() throws Exception {
    Chain chain = Chain.begin("c/1/0").hop("a.f").hop("b~1.g").hop("d/0.2.h");
    assertTrue(chain.passes("a"));
    assertTrue(chain.passes("b"), "the copy on which a transaction of b works");
    assertTrue(chain.passes("d/0.2"));
    assertFalse(chain.passes("d"));
    assertFalse(chain.passes("c"));
    assertFalse(Chain.begin("a.f").passes("a"));
  }

  @Test
  void itsCallsArePartOfTheTransactionsOfTheFirst() throws Exception {
    Chain chain = Chain.begin("c/1/0").within("tx-1@a tx-2@b").hop("a.f").hop("b.g");
    assertEquals("tx-1@a tx-2@b", chain.transactions());
    assertEquals("", Chain.begin("c/1/0").hop("a.f").transactions());
  }

  @Test
  void anEmptyOneIsNoChain() {
    assertThrows(WireException.class, () -> Chain.read(new MsgpackReader(PlainValue.encode(List.of()))));
  }
}

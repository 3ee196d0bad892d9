package org.amino.runtime.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.amino.runtime.schedule.WaitGraph.Wait;
import org.junit.jupiter.api.Test;

class WaitGraphTest {
  private static Wait wait(String from, String to, long number) {
    return new Wait(from, from + ".f", to, to + ".g", number);
  }

  @Test
  void aLineOfWaitsIsNoDeadlock() {
    assertEquals(List.of(), WaitGraph.circle(List.of(wait("a", "b", 1), wait("b", "c", 2), wait("d", "c", 3), wait("a", "c", 4))));
    assertEquals(List.of(), WaitGraph.circle(List.of()));
  }

  @Test
  void aCircleIsFoundWithoutWhatOnlyLeadsToIt() {
    List<Wait> circle = WaitGraph.circle(List.of(wait("x", "a", 9), wait("a", "b", 1), wait("b", "c", 5), wait("c", "a", 3), wait("c", "z", 4)));
    assertEquals(3, circle.size());
    assertEquals(5, WaitGraph.youngest(circle).number());
    String text = WaitGraph.describe(circle);
    assertTrue(text.contains("a.f of chain a waits for b.g of chain b"), text);
    for (int i = 0; i < 3; i++) {
      assertEquals(circle.get(i).holderChain(), circle.get((i + 1) % 3).waitingChain());
    }
  }

  @Test
  void aChainThatWaitsForTwoIsFollowedBothWays() {
    assertEquals(2, WaitGraph.circle(List.of(wait("a", "dead end", 1), wait("a", "b", 2), wait("b", "a", 3))).size());
  }

  @Test
  void longLinesNeedNoStack() {
    List<Wait> waits = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      waits.add(wait("c" + i, "c" + (i + 1), i));
    }
    assertEquals(List.of(), WaitGraph.circle(waits));
  }
}

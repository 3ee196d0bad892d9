package org.amino.runtime.schedule;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.Protocol.Code;

/** Which call waits for which, and whether that closes a circle. Pure. */
public final class WaitGraph {
  /**
   * A call that cannot run because a call of another chain is blocked in its object or context.
   *
   * @param number names the waiting call, for `abort_wait`
   */
  public record Wait(String waitingChain, String waiting, String holderChain, String holder, long number) {}

  private WaitGraph() {}

  /** Waits as plain values, in the order of the record. */
  public static List<Object> plain(List<Wait> waits) {
    List<Object> plain = new ArrayList<>();
    for (Wait wait : waits) {
      plain.add(List.of(wait.waitingChain(), wait.waiting(), wait.holderChain(), wait.holder(), wait.number()));
    }
    return plain;
  }

  /** A circle of waits, each for the next and the last for the first; empty when there is none. */
  public static List<Wait> circle(List<Wait> waits) {
    Map<String, List<Wait>> from = new HashMap<>();
    for (Wait wait : waits) {
      from.computeIfAbsent(wait.waitingChain(), chain -> new ArrayList<>()).add(wait);
    }
    Set<String> cleared = new HashSet<>();
    for (String chain : from.keySet()) {
      List<Wait> circle = search(chain, from, cleared);
      if (!circle.isEmpty()) {
        return circle;
      }
    }
    return List.of();
  }

  /** The failure of a call that waits in such a circle. */
  static GuestFailure deadlock(List<Wait> circle) {
    String calls = describe(circle);
    return GuestFailure.of(Code.DEADLOCK, "these calls wait for each other: " + calls + "; let one of them call without waiting");
  }

  /** Depth first, with a stack of its own: chains may be many. */
  private static List<Wait> search(String start, Map<String, List<Wait>> from, Set<String> cleared) {
    List<Wait> path = new ArrayList<>();
    List<Integer> tried = new ArrayList<>();
    List<String> nodes = new ArrayList<>(List.of(start));
    tried.add(0);
    while (!nodes.isEmpty()) {
      int top = nodes.size() - 1;
      List<Wait> out = from.getOrDefault(nodes.get(top), List.of());
      int at = tried.get(top);
      if (cleared.contains(nodes.get(top)) || at >= out.size()) {
        cleared.add(nodes.remove(top));
        tried.remove(top);
        if (!path.isEmpty()) {
          path.remove(path.size() - 1);
        }
        continue;
      }
      tried.set(top, at + 1);
      Wait wait = out.get(at);
      int seen = nodes.indexOf(wait.holderChain());
      path.add(wait);
      if (seen >= 0) {
        return List.copyOf(path.subList(seen, path.size()));
      }
      nodes.add(wait.holderChain());
      tried.add(0);
    }
    return List.of();
  }

  /** The wait that is ended so that the others can go on: the youngest. */
  public static Wait youngest(List<Wait> circle) {
    Wait youngest = circle.get(0);
    for (Wait wait : circle) {
      youngest = wait.number() > youngest.number() ? wait : youngest;
    }
    return youngest;
  }

  /** For people: {@code a.f (chain 1) waits for b.g (chain 2), …}. */
  public static String describe(List<Wait> circle) {
    List<String> parts = new ArrayList<>();
    for (Wait wait : circle) {
      parts.add(wait.waiting() + " of chain " + wait.waitingChain() + " waits for " + wait.holder() + " of chain " + wait.holderChain());
    }
    return String.join("; ", parts);
  }
}

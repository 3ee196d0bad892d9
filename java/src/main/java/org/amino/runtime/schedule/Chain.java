package org.amino.runtime.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.Protocol;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.WireException;

/**
 * The calls that led to a call: the id of the first, and one {@code object.method} for each member that called on. Calls with one id belong
 * together: one of them may enter an object that another of them is blocked in.
 *
 * @param transactions the transactions that the first call is part of (option 5), and so all of them; empty: none
 */
public record Chain(String id, List<String> hops, String transactions) {
  public Chain {
    hops = List.copyOf(hops);
  }

  /** A chain that begins with a client's call. */
  public static Chain begin(String requestId) {
    return new Chain(requestId, List.of(), "");
  }

  /** Whether transactions have one over several objects among them, whose name ends in {@code @*}. */
  static boolean isJoint(String transactions) {
    return transactions.contains("@*");
  }

  /** Whether its calls are part of a transaction over several objects. */
  boolean isJoint() {
    return isJoint(transactions);
  }

  /** The same chain, whose calls are part of transactions. */
  public Chain within(String transactions) {
    return new Chain(id, hops, transactions);
  }

  /**
   * The chain of a call that the member {@code label} makes.
   *
   * @throws GuestFailure DEADLOCK when there are too many hops, which is an endless recursion between objects
   */
  public Chain hop(String label) throws GuestFailure {
    if (hops.size() >= Protocol.CHAIN_LIMIT) {
      throw GuestFailure.of(Code.DEADLOCK, "call chain too deep: " + Protocol.CHAIN_LIMIT + " calls from " + hops.get(0) + " to " + label
          + "; objects that call each other without end must stop somewhere");
    }
    List<String> longer = new ArrayList<>(hops);
    longer.add(label);
    return new Chain(id, longer, transactions);
  }

  /** Whether an instance, or a copy of it on which a transaction works, is inside: one of the calls before this one is its own. */
  boolean passes(String instanceId) {
    for (String hop : hops) {
      if (InstanceIds.isOf(hop, instanceId)) {
        return true;
      }
    }
    return false;
  }

  /** Reads the value of option 6. */
  public static Chain read(MsgpackReader in) {
    int size = in.readArrayHeader();
    if (size == 0) {
      throw new WireException(Code.FRAME_INVALID, "option 6 (chain) is empty; it begins with the chain's id");
    }
    String id = in.readString();
    List<String> hops = new ArrayList<>(Math.min(size, Protocol.CHAIN_LIMIT));
    for (int i = 1; i < size; i++) {
      hops.add(in.readString());
    }
    return new Chain(id, hops, "");
  }

  public void write(MsgpackWriter out) {
    out.writeArrayHeader(1 + hops.size());
    out.writeString(id);
    for (String hop : hops) {
      out.writeString(hop);
    }
  }

  /**
   * For people: {@code a.f → b.g}.
   *
   * @param title gives of a hop what people read: the object's name with its id
   */
  public String describe(String last, UnaryOperator<String> title) {
    List<String> shown = new ArrayList<>(hops.stream().map(title).toList());
    shown.add(last);
    return String.join(" → ", shown);
  }
}

package org.amino.runtime.schedule;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.Protocol;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.WireException;

/**
 * Which calls a delegation lets in.
 *
 * @param members whose calls; null: those of all members
 * @param free members whose calls are neither counted nor numbered
 * @param calls how many calls at most; negative: any number
 * @param proxied whether calls must have passed proxies
 * @param alone whether calls run one after another, also on a concurrent object
 * @param withholds whether answers wait until the Python half has stored the state
 * @param captures the number by which the Python half knows the states that the gate captures while answers wait; 0: it captures none
 * @param numbering the numbers that calls carry; null: they carry none
 */
record DelegationTerms(
    Set<String> members, Set<String> free, long calls, boolean proxied, boolean alone, boolean withholds, long captures, Numbering numbering) {
  /**
   * Terms as the bridge names them.
   *
   * @throws GuestFailure ARGUMENT_INVALID when one has another type
   */
  static DelegationTerms of(Map<String, Object> options) throws GuestFailure {
    long calls = options.get("calls") instanceof Long most ? most : -1;
    boolean proxied = Boolean.TRUE.equals(options.get("proxied"));
    boolean alone = Boolean.TRUE.equals(options.get("alone"));
    boolean withholds = Boolean.TRUE.equals(options.get("withholds"));
    long captures = options.get("captures") instanceof Long number ? number : 0;
    Numbering numbering = null;
    if (options.get("header") instanceof String header) {
      Map<String, Long> last = new HashMap<>();
      if (options.get("sessions") instanceof Map<?, ?> sessions) {
        sessions.forEach((name, number) -> last.put(String.valueOf(name), (Long) number));
      }
      numbering = new Numbering(header, last, options.get("requests") == null ? null : texts(options, "requests"));
    }
    Set<String> members = options.get("members") == null ? null : texts(options, "members");
    return new DelegationTerms(members, texts(options, "free"), calls, proxied, alone, withholds, captures, numbering);
  }

  private static Set<String> texts(Map<String, Object> options, String name) throws GuestFailure {
    Set<String> texts = new HashSet<>();
    if (options.get(name) instanceof List<?> list) {
      list.forEach(text -> texts.add(String.valueOf(text)));
    } else if (options.get(name) != null) {
      throw GuestFailure.of(Code.ARGUMENT_INVALID, "option " + name + " of a delegation must be a list of members");
    }
    return texts;
  }

  /** Whether a call of a member with these flags and no other options may be let in. */
  boolean take(String member, int flags) {
    return (flags == 0) != proxied && isMember(member) && (numbering == null || free.contains(member));
  }

  /** The ticket of a call with options, read from {@code buffer}; null when it may not be let in. */
  Ticket ticket(String member, CallOptions options, byte[] buffer) {
    boolean passed = !proxied || options.flag(Protocol.FLAG_PROXIES_DONE);
    // What comes from inside another call may be waited for by that call: the Python half, which sees both, lets it enter.
    if (!passed || !isMember(member) || options.hasTransactions(buffer) || options.chainFrom() >= 0) {
      return null;
    }
    boolean headers = options.headersFrom() >= 0;
    if (numbering == null || free.contains(member)) {
      return headers ? null : of(member);
    }
    // A call with an id of its own may have come before under another number: the managers know ids, and may have told them.
    boolean named = options.requestIdFrom() >= 0;
    if (!headers || named && !numbering.knowsRequests()) {
      return null;
    }
    String request = named ? text(buffer, options.requestIdFrom()) : null;
    return numbering.read(new MsgpackReader(buffer, options.headersFrom(), buffer.length), request);
  }

  private static String text(byte[] buffer, int from) {
    try {
      return new MsgpackReader(buffer, from, buffer.length).readString();
    } catch (WireException other) {
      throw new IllegalStateException("the options of a call were read before", other);
    }
  }

  /** Of a call without options. */
  Ticket of(String member) {
    return free.contains(member) ? Ticket.FREE : Ticket.PLAIN;
  }

  private boolean isMember(String member) {
    return members == null || members.contains(member);
  }
}

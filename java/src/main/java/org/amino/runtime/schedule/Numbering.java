package org.amino.runtime.schedule;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.MsgpackType;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.Protocol.Outcome;
import org.amino.runtime.wire.WireException;

/**
 * Numbers that the calls of a delegation carry in a header, {@code [session, number, lowest]}. Only a number that is higher than all before lets a call in,
 * so no call runs twice; the outcomes are kept for the Python half, as long as their callers may ask for them. Guarded by its delegation.
 */
final class Numbering {
  /** An outcome that was kept. */
  private record Kept(long number, String request, byte[] outcome) {}

  private static final class Session {
    private long last;
    private long lowest;
    private final ArrayDeque<Kept> kept = new ArrayDeque<>();

    Session(long last) {
      this.last = last;
    }
  }

  /** Outcomes, and bytes of them, that are kept at most; then the Python half takes them. */
  private static final int MOST = 10_000;
  private static final long MOST_BYTES = 4 << 20;

  private static final int LARGEST = 64 << 10;

  private final String header;
  private final Map<String, Session> sessions = new HashMap<>();
  private final Set<String> requests;
  private int outcomes;
  private long bytes;

  /**
   * Begins.
   *
   * @param known the last number of each session that the Python half has seen
   * @param requests the ids of calls that it knows; null: calls with an id of their own are not let in
   */
  Numbering(String header, Map<String, Long> known, Set<String> requests) {
    this.header = header;
    this.requests = requests;
    known.forEach((name, last) -> sessions.put(name, new Session(last)));
  }

  /** Whether calls with an id of their own may be let in. */
  boolean knowsRequests() {
    return requests != null;
  }

  /** Reads the headers of a call; null when they are others than this one, or not readable. */
  Ticket read(MsgpackReader in, String request) {
    try {
      if (in.readMapHeader() != 1 || !header.equals(in.readString()) || in.readArrayHeader() != 3 || in.peekType() != MsgpackType.STRING) {
        return null;
      }
      return new Ticket(in.readString(), in.readLong(), in.readLong(), request);
    } catch (WireException other) {
      return null;
    }
  }

  /** Whether a call may run, as far as its number and its id go. */
  boolean mayTake(Ticket ticket) {
    if (ticket.request() != null && requests.contains(ticket.request())) {
      return false;
    }
    Session session = sessions.get(ticket.session());
    return outcomes < MOST && bytes < MOST_BYTES && (session == null || ticket.number() > session.last);
  }

  /** The same; where it may, its number counts. */
  boolean take(Ticket ticket) {
    if (!mayTake(ticket)) {
      return false;
    }
    Session session = sessions.computeIfAbsent(ticket.session(), name -> new Session(Long.MIN_VALUE));
    session.last = ticket.number();
    if (ticket.request() != null) {
      requests.add(ticket.request());
    }
    session.lowest = Math.max(session.lowest, ticket.lowest());
    while (!session.kept.isEmpty() && session.kept.peekFirst().number() < session.lowest) {
      Kept gone = session.kept.removeFirst();
      outcomes--;
      bytes -= gone.outcome().length;
      if (gone.request() != null) {
        requests.remove(gone.request());
      }
    }
    return true;
  }

  /** Keeps the outcome of a call that has run; where that is too large, only that the call ran. */
  void keep(Ticket ticket, byte[] encoded) {
    byte[] outcome = encoded.length > LARGEST ? tooLarge() : encoded;
    sessions.get(ticket.session()).kept.addLast(new Kept(ticket.number(), ticket.request(), outcome));
    outcomes++;
    bytes += outcome.length;
  }

  private static byte[] tooLarge() {
    MsgpackWriter out = new MsgpackWriter();
    String message = "the call ran; its result was too large to be kept for a further attempt";
    Execution.raise(out, 0, GuestFailure.of(Code.CANCELLED, message).with(Outcome.RAN));
    return Arrays.copyOf(out.buffer(), out.position());
  }

  /** Writes a call that is under way: {@code [number of the question, member, request id, chain, headers]}. */
  static void writeUnderWay(MsgpackWriter out, long question, Call call, Numbering numbering) {
    out.writeArrayHeader(5);
    out.writeLong(question);
    out.writeString(call.method());
    out.writeString(call.requestId());
    call.chain().write(out);
    Ticket ticket = call.ticket();
    out.writeMapHeader(ticket.isNumbered() ? 1 : 0);
    if (ticket.isNumbered()) {
      out.writeString(numbering.header);
      out.writeArrayHeader(3);
      out.writeString(ticket.session());
      out.writeLong(ticket.number());
      out.writeLong(ticket.lowest());
    }
  }

  /** Writes what was kept: {@code [[session, lowest, [[number, outcome, request id], …]], …]}; nothing where calls carry no numbers. */
  static void write(MsgpackWriter out, Numbering numbering) {
    Map<String, Session> sessions = numbering == null ? Map.of() : numbering.sessions;
    out.writeArrayHeader(sessions.size());
    sessions.forEach((name, session) -> {
      out.writeArrayHeader(3);
      out.writeString(name);
      out.writeLong(session.lowest);
      out.writeArrayHeader(session.kept.size());
      for (Kept kept : session.kept) {
        out.writeArrayHeader(3);
        out.writeLong(kept.number());
        UnderWay.writeOutcome(out, kept.outcome());
        out.writeString(kept.request() == null ? "" : kept.request());
      }
    });
  }
}

package org.amino.runtime.schedule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.MsgpackWriter;

/**
 * Calls to an object that run without its deployment managers, until the Python half wants to see calls again (delegation and recall, as in file servers:
 * Gray and Cheriton, 1989). Any thread may use it.
 *
 * <p>While it is offered, calls wait in its porch: calls that came before them may still be on their way through the Python half. From the first call on that
 * it may not let in, all calls go to the Python half.
 */
public final class Delegation {
  private enum Phase {
    OFFERED,
    OPEN,
    /** What waits in the porch is on its way to the Python half. */
    RETURNING,
    CLOSED
  }

  private static final byte[] NIL = {(byte) 0xc0};

  private final HostedObject object;
  private final List<WaitingCall> porch = new ArrayList<>();
  private final Set<Call> underWay = new LinkedHashSet<>();
  private volatile Phase phase = Phase.OFFERED;
  /** Known since it is open. */
  private volatile DelegationTerms terms;
  private long left;
  private long ran;
  /** The call that a reading thread runs at once; there is one at most, since it owns the context. */
  private Call atOnce;
  private Call offer;
  private Call recall;
  /** It was recalled before it was open: what waits in the porch goes to the Python half as soon as the calls before it have been sent. */
  private boolean withdrawn;
  private Map<Call, UnderWay> asked;
  private final Runnable lifted;

  /** @param lifted has the object's gate keep its own rule again, where calls had to run one after another for this */
  Delegation(HostedObject object, Runnable lifted) {
    this.object = object;
    this.lifted = lifted;
  }

  /** Whether it lets in calls of a member that have these flags and no other options. Only {@link #begin} decides. */
  public boolean takes(String member, int flags) {
    return phase == Phase.OPEN && terms.take(member, flags);
  }

  /** What it knows of a call with options, read from {@code buffer}; null when it may not let it in. */
  public Ticket ticket(String member, CallOptions options, byte[] buffer) {
    DelegationTerms known = terms;
    return known == null ? null : known.ticket(member, options, buffer);
  }

  /**
   * Lets in a call that runs at once, by the thread that owns the object's context.
   *
   * @param known its ticket; null where the call has no options
   * @return whether it does
   */
  public synchronized boolean begin(Call call, Ticket known) {
    Ticket as = known != null || terms == null ? known : terms.of(call.method());
    if (as == null || !hasRoom(as)) {
      return false;
    }
    take(as);
    call.delegated(this, as);
    atOnce = call;
    return true;
  }

  /** Whether {@link #queue} would let a call in. A thread that then does so has held this object's monitor since. */
  public boolean hasRoom(Ticket as) {
    return phase == Phase.OPEN && (as == Ticket.FREE || left != 0 && (!as.isNumbered() || terms.numbering().mayTake(as)));
  }

  /** Lets in a call that queues. Returns whether it does. */
  public synchronized boolean queue(Call call, Ticket as) {
    if (!hasRoom(as)) {
      return false;
    }
    take(as);
    call.delegated(this, as);
    underWay.add(call);
    return true;
  }

  private void take(Ticket as) {
    scheduler().counters().delegate();
    if (as.isNumbered()) {
      terms.numbering().take(as);
    }
    if (as != Ticket.FREE && left > 0) {
      left--;
    }
  }

  /**
   * Whether a call with these options waits in the porch now. A call from inside another call never does: that one may wait for it. A thread that then
   * adds one has held this object's monitor since.
   */
  public boolean parks(CallOptions options) {
    return options.chainFrom() < 0 && (phase == Phase.OFFERED || phase == Phase.RETURNING);
  }

  /** Adds a call to the porch. */
  public void park(WaitingCall call) {
    porch.add(call);
  }

  /** Whether it lets in no call any more. */
  public boolean isOver() {
    return phase == Phase.CLOSED;
  }

  /** A call comes that it may not let in: this and later ones go to the Python half. */
  public synchronized void close() {
    if (phase == Phase.OPEN) {
      phase = Phase.CLOSED;
    }
  }

  /** A call that a reading thread ran at once has given a promise, and lets go of its bytes. */
  synchronized void waits(Call call) {
    if (atOnce == call) {
      call.readIds();
      atOnce = null;
      underWay.add(call);
    }
  }

  synchronized void ended(Call call, byte[] buffer, int from, int to) {
    if (atOnce == call) {
      atOnce = null;
    } else {
      underWay.remove(call);
    }
    UnderWay told = asked == null ? null : asked.remove(call);
    if (told != null) {
      told.ended(Arrays.copyOfRange(buffer, from, to));
      lift();
      return;
    }
    if (!UnderWay.hasRun(buffer, from, to)) {
      return;
    }
    Ticket ticket = call.ticket();
    ran += ticket == Ticket.FREE ? 0 : 1;
    if (ticket.isNumbered()) {
      terms.numbering().keep(ticket, Arrays.copyOfRange(buffer, from, to));
    }
  }

  /** Answers when all calls that were on their way to the Python half before have been sent. */
  synchronized void offered(Call operation) {
    offer = operation;
    if (object.delegates().unsent() == 0) {
      allSent();
    }
  }

  /** No call is on its way to be sent to the Python half. */
  synchronized void allSent() {
    Call operation = offer;
    offer = null;
    if (operation != null) {
      answer(operation, NIL);
    }
    if (withdrawn) {
      withdrawn = false;
      scheduler().workers().execute(this::sendPorch);
    }
  }

  /** The calls that came before have come back: lets in what waits in the porch, and what comes, on these terms; not after a recall. */
  void open(DelegationTerms now) {
    boolean returns = false;
    synchronized (this) {
      if (phase == Phase.OFFERED) {
        terms = now;
        left = now.calls();
        if (now.alone()) {
          object.gate().alone(true);
        }
        phase = Phase.OPEN;
        admitPorch();
        phase = porch.isEmpty() ? phase : Phase.RETURNING;
        returns = phase == Phase.RETURNING;
      }
    }
    if (returns) {
      scheduler().workers().execute(this::sendPorch);
    }
  }

  private void admitPorch() {
    int admitted = 0;
    for (WaitingCall waiting : porch) {
      Ticket as = waiting.ticket(this);
      if (as == null || !queue(waiting.call(), as)) {
        break;
      }
      scheduler().send(waiting.call());
      admitted++;
    }
    porch.subList(0, admitted).clear();
  }

  /** Lets in nothing more, and answers what has run and what is under way; when it has not been open, as soon as the porch is empty. */
  synchronized void recall(Call operation) {
    recall = operation;
    if (phase == Phase.OFFERED) {
      phase = Phase.RETURNING;
      withdrawn = true;
      if (object.delegates().unsent() == 0) {
        allSent();
      }
    } else if (phase != Phase.RETURNING) {
      report();
    }
  }

  /** The object is no more: what the Python half waits for does not come. */
  void end(GuestFailure why) {
    List<Call> asking = new ArrayList<>();
    synchronized (this) {
      phase = Phase.CLOSED;
      for (WaitingCall waiting : porch) {
        asking.add(waiting.call());
      }
      porch.clear();
      asking.add(offer);
      asking.add(recall);
      offer = null;
      recall = null;
    }
    for (Call operation : asking) {
      if (operation != null && operation.fail(why)) {
        scheduler().workers().execute(operation.sink()::flush);
      } else if (operation != null && operation.lingers()) {
        operation.sink().left(operation);
      }
    }
  }

  private void sendPorch() {
    while (true) {
      List<WaitingCall> leaving;
      synchronized (this) {
        leaving = List.copyOf(porch);
        porch.clear();
        if (leaving.isEmpty()) {
          phase = Phase.CLOSED;
          if (recall != null) {
            report();
          }
          return;
        }
      }
      leaving.forEach(WaitingCall::forward);
    }
  }

  private void report() {
    phase = Phase.CLOSED;
    allSent();
    Numbering numbering = terms == null ? null : terms.numbering();
    List<Call> open = new ArrayList<>(underWay);
    if (atOnce != null) {
      open.add(atOnce);
    }
    asked = new LinkedHashMap<>();
    MsgpackWriter out = new MsgpackWriter();
    out.writeMapHeader(3);
    out.writeString("calls");
    out.writeLong(ran);
    out.writeString("under_way");
    out.writeArrayHeader(open.size());
    for (Call call : open) {
      Delegated.Numbered told = object.delegates().add();
      asked.put(call, told.call());
      Numbering.writeUnderWay(out, told.number(), call, numbering);
    }
    out.writeString("sessions");
    Numbering.write(out, numbering);
    byte[] report = Arrays.copyOf(out.buffer(), out.position());
    object.delegates().recalled(this, report);
    answer(recall, report);
    lift();
  }

  /** When the last call that was let in has ended, calls need no longer run one after another for the sake of this. */
  private void lift() {
    if (asked.isEmpty() && terms != null && terms.alone()) {
      lifted.run();
    }
  }

  private void answer(Call operation, byte[] bytes) {
    operation.answer(bytes, 0, bytes.length);
    scheduler().workers().execute(operation.sink()::flush);
  }

  private Scheduler scheduler() {
    return object.slot().scheduler();
  }
}

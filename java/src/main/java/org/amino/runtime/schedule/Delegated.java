package org.amino.runtime.schedule;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.Protocol.Code;

/** What an object with instance managers knows of delegations: the present one, calls about to be sent to the Python half, what was under way at recalls. */
public final class Delegated {
  /** A call under way, and its number. */
  record Numbered(long number, UnderWay call) {}

  private final Workers workers;
  private final Withheld withheld;
  private final Lent lent;
  private final AtomicInteger unsent = new AtomicInteger();
  private volatile Delegation present;
  private volatile byte[] report;
  private Map<Long, UnderWay> underWay;
  private long numbers;

  Delegated(HostedObject object) {
    this.workers = object.slot().scheduler().workers();
    this.withheld = new Withheld(object);
    this.lent = new Lent(object.slot().scheduler().lease());
  }

  /** Calls that need neither a manager nor a delegation now. */
  public Lent lent() {
    return lent;
  }

  /** Answers of calls that were let in, which wait until the Python half has stored the state. */
  Withheld withheld() {
    return withheld;
  }

  /**
   * The Python half has tried to store the state that was captured with this mark.
   *
   * @param why null: it is stored
   */
  void stored(long mark, GuestFailure why) {
    if (why == null) {
      withheld.flush(withheld.stored(mark));
      return;
    }
    Delegation delegation = present;
    if (delegation != null && !delegation.runsAtOnce()) {
      // Nothing more runs on that state without the Python half.
      delegation.closes(null);
    }
    withheld.fail(mark, why);
  }

  /** The delegation there is, or null. */
  public Delegation present() {
    return present;
  }

  /** A call may be about to go to the Python half; to be said before the delegation is asked. */
  public void sending() {
    unsent.incrementAndGet();
  }

  /** It has been sent, or does not go there. */
  public void sent() {
    Delegation offered = unsent.decrementAndGet() == 0 ? present : null;
    if (offered != null) {
      offered.allSent();
    }
  }

  int unsent() {
    return unsent.get();
  }

  void offer(Delegation delegation) {
    report = null;
    present = delegation;
  }

  /** A delegation has ended so, and another offer has followed at once: the Python half may not have heard of the end until it opens that. */
  void renewed(Delegation delegation, byte[] told) {
    present = delegation;
    report = told;
  }

  /** The present delegation is open: the Python half has heard how the one before ended. */
  void opened(DelegationTerms terms) {
    report = null;
    if (terms.withholds()) {
      withheld.begin(terms.captures());
    }
  }

  /** A delegation has ended so. The Python half may ask again, where the answer did not reach it. */
  synchronized void recalled(Delegation delegation, byte[] told) {
    if (present == delegation) {
      present = null;
      report = told;
    }
  }

  /** The end of the last delegation, as it was told; null: the Python half knows it, or there was none. */
  byte[] report() {
    return report;
  }

  /** Remembers a call that was under way at a recall, until the Python half has been told how it has ended. */
  synchronized Numbered add() {
    if (underWay == null) {
      underWay = new HashMap<>();
    }
    long number = ++numbers;
    UnderWay call = new UnderWay(workers, () -> forget(number));
    underWay.put(number, call);
    return new Numbered(number, call);
  }

  private synchronized void forget(long number) {
    underWay.remove(number);
  }

  /**
   * Answers with the outcome of a call that was under way at a recall, as soon as there is one.
   *
   * @throws GuestFailure ARGUMENT_INVALID when there is no such call
   */
  void ask(long number, Call operation) throws GuestFailure {
    UnderWay call;
    synchronized (this) {
      call = underWay == null ? null : underWay.get(number);
    }
    if (call == null) {
      throw GuestFailure.of(Code.ARGUMENT_INVALID, "no call of number " + number + " is under way since a recall");
    }
    call.ask(operation);
  }

  /** The object is no more. */
  void end(GuestFailure why) {
    List<UnderWay> open;
    synchronized (this) {
      open = underWay == null ? List.of() : List.copyOf(underWay.values());
    }
    open.forEach(call -> call.fail(why));
    withheld.end();
    Delegation delegation = present;
    for (Call asked : delegation == null ? List.<Call>of() : delegation.end()) {
      if (asked.fail(why)) {
        workers.execute(asked.sink()::flush);
      } else if (asked.lingers()) {
        asked.sink().left(asked);
      }
    }
  }
}

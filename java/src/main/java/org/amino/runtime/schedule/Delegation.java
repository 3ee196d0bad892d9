package org.amino.runtime.schedule;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Calls to an object that run without its deployment managers, until the Python half wants to see calls again (delegation and recall, as in file servers:
 * Gray and Cheriton, 1989). Any thread may use it.
 *
 * <p>While it is offered, calls wait in its porch: calls that came before them may still be on their way through the Python half. From the first call on that
 * it may not let in, all calls go to the Python half.
 */
public final class Delegation {
  /** For how long calls wait for the offer that follows: the call on which it depends may not have reached the chain. */
  private static final long SPENT_MILLIS = 200;

  private final HostedObject object;
  private final Scheduler scheduler;
  private final Porch porch = new Porch();
  private final LetIn letIn = new LetIn();
  private volatile DelegationPhase phase = DelegationPhase.OFFERED;
  /** Known since it is open. */
  private volatile DelegationTerms terms;
  private Tally tally = new Tally(0, null);
  private Call offer;
  /** The answer to the offer: nil, where it does not answer a recall as well. */
  private byte[] offered = {(byte) 0xc0};
  private Call recall;
  /** The answer to the recall, where the Python half has not heard how the delegation before ended; null: how this one ends. */
  private byte[] told;
  private Delegation successor;
  private Runnable patience;
  /** It was recalled before it was open: what waits in the porch goes to the Python half as soon as the calls before it have been sent. */
  private boolean withdrawn;
  private final Runnable lifted;

  /** @param lifted has the object's gate keep its own rule again, where calls had to run one after another for this */
  Delegation(HostedObject object, Runnable lifted) {
    this.object = object;
    this.scheduler = object.slot().scheduler();
    this.lifted = lifted;
  }

  /** Whether it lets in calls of a member that have these flags and no other options. Only {@link #begin} decides. */
  public boolean takes(String member, int flags) {
    return phase == DelegationPhase.OPEN && !terms.withholds() && terms.take(member, flags);
  }

  /** Whether calls that it lets in may run at once: their answers leave as they come. */
  public boolean runsAtOnce() {
    return terms == null || !terms.withholds();
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
    if (as == null || !runsAtOnce() || !hasRoom(as)) {
      return false;
    }
    scheduler.counters().delegate();
    tally.take(as);
    call.delegated(this, as);
    letIn.atOnce(call);
    return true;
  }

  /** Whether {@link #queue} would let a call in. A thread that then does so has held this object's monitor since. */
  public boolean hasRoom(Ticket as) {
    return phase == DelegationPhase.OPEN && tally.hasRoom(as) && (runsAtOnce() || !object.delegates().withheld().isFull());
  }

  /** Lets in a call that queues. Returns whether it does. */
  public synchronized boolean queue(Call call, Ticket as) {
    if (!hasRoom(as)) {
      return false;
    }
    scheduler.counters().delegate();
    tally.take(as);
    call.delegated(this, as);
    letIn.add(call);
    return true;
  }

  /**
   * Whether a call with these options waits in the porch now. A call from inside another call never does: that one may wait for it. A thread that then
   * adds one has held this object's monitor since.
   */
  public boolean parks(CallOptions options) {
    return switch (phase) {
      case OFFERED, SPENT, RETURNING -> options.chainFrom() < 0;
      // It is not opened before this thread has said that its call is sent, or that it does not go there.
      case RENEWED -> successor.parks(options);
      default -> false;
    };
  }

  /** Adds a call to the porch. */
  public synchronized void park(WaitingCall call) {
    switch (phase) {
      case RENEWED -> successor.park(call);
      // The object has ended meanwhile: the Python half knows why.
      case CLOSED -> scheduler.workers().execute(call::forward);
      default -> porch.add(call);
    }
  }

  /** Whether it lets in no call any more. */
  public boolean isOver() {
    return phase == DelegationPhase.CLOSED;
  }

  /**
   * A call comes that it may not let in: it goes to the Python half, and so do later ones, unless it is one call too many.
   *
   * @param as its ticket; null where it may not be let in at all
   * @return whether it goes there; else a call before it was one too many, and it waits in the porch if it can
   */
  public synchronized boolean closes(Ticket as) {
    boolean ends = phase == DelegationPhase.OPEN;
    if (ends && as != null && tally.isSpent()) {
      spend();
    } else if (ends) {
      phase = DelegationPhase.CLOSED;
    }
    return ends || phase == DelegationPhase.CLOSED;
  }

  private synchronized void giveUp() {
    if (phase == DelegationPhase.SPENT) {
      withdraw();
    }
  }

  /** What waits goes to the Python half, behind the calls that came before. */
  private void withdraw() {
    phase = DelegationPhase.RETURNING;
    withdrawn = true;
    lookWhetherSent();
  }

  private void lookWhetherSent() {
    if (object.delegates().unsent() == 0) {
      allSent();
    }
  }

  /** A call that a reading thread ran at once has given a promise, and lets go of its bytes. */
  synchronized void waits(Call call) {
    letIn.waits(call);
  }

  /** A call that it has let in has ended. Returns whether its answer is withheld. */
  synchronized boolean ended(Call call, byte[] buffer, int from, int to) {
    UnderWay reported = letIn.remove(call);
    boolean ran = UnderWay.hasRun(buffer, from, to);
    if (reported != null) {
      reported.ended(Arrays.copyOfRange(buffer, from, to));
      lift();
    } else if (ran) {
      tally.ended(call.ticket(), buffer, from, to);
    }
    // Since the recall, others may have changed what a call that only reads has seen.
    boolean changes = reported != null || call.ticket() != Ticket.FREE;
    return ran && !runsAtOnce() && object.delegates().withheld().take(call, changes, buffer, from, to);
  }

  /** Answers when all calls that were on their way to the Python half before have been sent. */
  synchronized void offered(Call operation) {
    offer = operation;
    lookWhetherSent();
  }

  /** No call is on its way to be sent to the Python half. */
  synchronized void allSent() {
    Call operation = offer;
    offer = null;
    if (operation != null) {
      answer(operation, offered);
    }
    if (withdrawn) {
      withdrawn = false;
      scheduler.workers().execute(this::sendPorch);
    }
  }

  /** The calls that came before have come back: lets in what waits in the porch, and what comes, on these terms; not after a recall. */
  void open(DelegationTerms now) {
    Runnable rest = null;
    synchronized (this) {
      if (phase == DelegationPhase.OFFERED) {
        tally = new Tally(now.calls(), now.numbering());
        terms = now;
        if (now.alone()) {
          object.gate().alone(true);
        }
        phase = DelegationPhase.OPEN;
        porch.admit(this);
        rest = porch.isEmpty() ? null : sendsRest();
      }
    }
    if (rest != null) {
      scheduler.workers().execute(rest);
    }
  }

  private Runnable sendsRest() {
    if (!tally.isSpent()) {
      phase = DelegationPhase.RETURNING;
      return this::sendPorch;
    }
    WaitingCall first = porch.takeFirst();
    object.delegates().sending();
    spend();
    return () -> {
      first.forward();
      object.delegates().sent();
    };
  }

  private void spend() {
    phase = DelegationPhase.SPENT;
    patience = scheduler.monitor().timers().after(SPENT_MILLIS, this::giveUp);
  }

  /**
   * Lets in nothing more, and answers what has run and what is under way; while calls wait in the porch, as soon as they have been sent.
   *
   * @param renews offers calls anew, where it has let in as many as it may: what waits goes on waiting
   * @param unheard the answer instead, where the Python half has not heard how the delegation before ended; else null
   */
  synchronized void recall(Call operation, boolean renews, byte[] unheard) {
    if (phase == DelegationPhase.SPENT && renews) {
      renew(operation);
      return;
    }
    recall = operation;
    told = unheard;
    if (phase == DelegationPhase.OFFERED || phase == DelegationPhase.SPENT) {
      withdraw();
    } else if (phase != DelegationPhase.RETURNING) {
      report();
    }
  }

  private void renew(Call operation) {
    patience.run();
    successor = new Delegation(object, lifted);
    porch.takeAll().forEach(successor.porch::add);
    phase = DelegationPhase.RENEWED;
    Map<Call, Long> underWay = letIn.report(object.delegates());
    successor.offered = Report.of(true, tally, underWay, 0);
    // A Python half that asks again gets no offer.
    object.delegates().renewed(successor, Report.of(false, tally, underWay, 0));
    lift();
    successor.offered(operation);
  }

  /** The object is no more. Returns the calls that wait, and what the Python half waits for. */
  synchronized List<Call> end() {
    phase = DelegationPhase.CLOSED;
    Stream<Call> waiting = porch.takeAll().stream().map(WaitingCall::call);
    List<Call> asking = Stream.concat(waiting, Stream.of(offer, recall).filter(asked -> asked != null)).toList();
    offer = recall = null;
    return asking;
  }

  private void sendPorch() {
    for (List<WaitingCall> leaving = leaving(); !leaving.isEmpty(); leaving = leaving()) {
      leaving.forEach(WaitingCall::forward);
    }
  }

  private synchronized List<WaitingCall> leaving() {
    List<WaitingCall> leaving = porch.takeAll();
    if (leaving.isEmpty()) {
      phase = DelegationPhase.CLOSED;
      if (recall != null) {
        report();
      }
    }
    return leaving;
  }

  private void report() {
    phase = DelegationPhase.CLOSED;
    allSent();
    byte[] report = told == null ? Report.of(false, tally, letIn.report(object.delegates()), object.delegates().withheld().open()) : told;
    object.delegates().recalled(this, report);
    answer(recall, report);
    lift();
  }

  /** When the last call that was let in has ended, calls need no longer run one after another for the sake of this. */
  private void lift() {
    if (letIn.isOver() && terms != null && terms.alone()) {
      lifted.run();
    }
  }

  private void answer(Call operation, byte[] bytes) {
    operation.answer(bytes, 0, bytes.length);
    scheduler.workers().execute(operation.sink()::flush);
  }
}

package org.amino.runtime.schedule;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * What an object lets in: a pure state machine, touched only by the thread that owns the object's context. Things that may not run yet are
 * parked here in order; each transition returns what may run now.
 *
 * @param <T> a call or an operation
 */
public final class ObjectGate<T> {
  /** Where the object is in its life. */
  public enum Phase {
    /** Announced; its constructor has not ended. */
    CREATING,
    ACTIVE,
    /** Between `hold`, or a making that was asked to hold, and `resume` or `release`. */
    HELD,
    /** Destroyed, released, or never made. */
    GONE,
    /** Its context was closed by force. */
    LOST
  }

  /** What becomes of something that wants in. */
  public enum Verdict {
    RUN,
    PARKED,
    REFUSED
  }

  private final boolean concurrent;
  private boolean alone;
  private Phase phase = Phase.CREATING;
  private ArrayDeque<T> parked;
  /** Chain ids of calls whose promise has not settled. */
  private List<String> unsettled;
  private boolean open;

  /** @param concurrent calls need not wait for one another's promises */
  public ObjectGate(boolean concurrent) {
    this.concurrent = concurrent;
  }

  public Phase phase() {
    return phase;
  }

  /** Whether any call may run at once: the only question that a call on the fast path asks. */
  public boolean isOpen() {
    return open;
  }

  /** Whether a promise of this object has not settled. */
  public boolean isUnsettled() {
    return unsettled != null;
  }

  public int parked() {
    return parked == null ? 0 : parked.size();
  }

  /** Things that wait here, in order. */
  public Collection<T> waiting() {
    return parked == null ? List.of() : List.copyOf(parked);
  }

  /**
   * From now on calls wait for one another's promises, also where the object is concurrent; or no longer. Returns what may run now, in order.
   */
  public List<T> alone(boolean now) {
    alone = now;
    update();
    return phase == Phase.ACTIVE && mayRunBeside() ? release() : List.of();
  }

  private boolean mayRunBeside() {
    return unsettled == null || concurrent && !alone;
  }

  /** Decides about a call; {@code chainId} is asked for only when it matters, and null where the call must wait for its own chain, too. */
  public Verdict admitCall(T call, java.util.function.Supplier<String> chainId) {
    if (open) {
      return Verdict.RUN;
    }
    if (phase == Phase.GONE || phase == Phase.LOST) {
      return Verdict.REFUSED;
    }
    if (phase == Phase.ACTIVE && unsettled != null && unsettled.contains(chainId.get())) {
      return Verdict.RUN;
    }
    if (phase == Phase.ACTIVE && parked == null && mayRunBeside()) {
      return Verdict.RUN;
    }
    return park(call);
  }

  /**
   * Decides about an operation that needs the object at rest (hold, snapshot, sync). A held object is at rest, and what is parked there waits
   * for this very operation or a later one, so it runs ahead of that.
   */
  public Verdict admitOperation(T operation) {
    if (phase == Phase.GONE || phase == Phase.LOST) {
      return Verdict.REFUSED;
    }
    if (phase == Phase.HELD || unsettled == null && parked == null) {
      return Verdict.RUN;
    }
    return park(operation);
  }

  private Verdict park(T item) {
    if (parked == null) {
      parked = new ArrayDeque<>();
    }
    parked.addLast(item);
    update();
    return Verdict.PARKED;
  }

  /**
   * The instance has been made.
   *
   * @param held calls wait from the first one on, until {@link #resume}
   */
  public void created(boolean held) {
    phase = held ? Phase.HELD : Phase.ACTIVE;
    update();
  }

  public void hold() {
    phase = Phase.HELD;
    update();
  }

  /** Ends `hold`. Returns what may run now, in order. */
  public List<T> resume() {
    if (phase == Phase.HELD) {
      phase = Phase.ACTIVE;
    }
    return release();
  }

  /** A call's promise has not settled: the object stays busy for other chains. */
  public void unsettled(String chainId) {
    if (unsettled == null) {
      unsettled = new ArrayList<>(2);
    }
    unsettled.add(chainId);
    update();
  }

  /** That promise has settled. Returns what may run now, in order. */
  public List<T> settled(String chainId) {
    if (unsettled != null) {
      unsettled.remove(chainId);
      if (unsettled.isEmpty()) {
        unsettled = null;
      }
    }
    return unsettled == null && phase == Phase.ACTIVE ? release() : List.of();
  }

  /** The object is no more. Returns what waited for it. */
  public List<T> end(Phase last) {
    phase = last;
    return release();
  }

  private List<T> release() {
    List<T> released = parked == null ? List.of() : List.copyOf(parked);
    parked = null;
    update();
    return released;
  }

  private void update() {
    open = phase == Phase.ACTIVE && parked == null && mayRunBeside();
  }
}

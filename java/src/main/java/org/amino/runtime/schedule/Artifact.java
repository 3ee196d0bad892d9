package org.amino.runtime.schedule;

import org.amino.runtime.wire.Protocol.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.amino.runtime.guest.GuestContext;
import org.amino.runtime.guest.GuestFactory;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.InterfaceDescription;
import org.amino.runtime.guest.ObjectCalls;

/** A loaded artifact with its pool of contexts, which open at their first use. */
public final class Artifact {
  private final Scheduler scheduler;
  private final GuestFactory.Artifact source;
  private final ContextSlot[] pool;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger open = new AtomicInteger();
  private final LineRate lineRate = GuestLog.rate();
  private volatile InterfaceDescription description;
  /** Instances that live or are being made, and evaluations under way. */
  private int uses;
  private boolean retired;
  /** Where it was evaluated when each object has a context of its own: the first object takes it. */
  private ContextSlot spare;

  /**
   * @param contexts size of the pool; 0: a context for each object
   */
  Artifact(Scheduler scheduler, GuestFactory.Artifact source, int contexts) {
    this.scheduler = scheduler;
    this.source = source;
    this.pool = new ContextSlot[contexts];
    for (int i = 0; i < contexts; i++) {
      pool[i] = new ContextSlot(scheduler, this, false);
    }
  }

  public GuestFactory.Artifact source() {
    return source;
  }

  /** How much its objects may print, all together. */
  LineRate lineRate() {
    return lineRate;
  }

  /** What it offers; null until it has been evaluated. */
  public InterfaceDescription description() {
    return description;
  }

  void description(InterfaceDescription found) {
    description = found;
  }

  /**
   * Something needs it from now on: an instance or an evaluation.
   *
   * @throws GuestFailure ARTIFACT_NOT_FOUND when it has been unloaded meanwhile
   */
  synchronized void use() throws GuestFailure {
    if (retired) {
      throw unloaded();
    }
    uses++;
  }

  /** Ends one {@link #use}. */
  synchronized void unuse() {
    uses--;
  }

  synchronized int uses() {
    return uses;
  }

  /** Lets nobody use it any more. Returns whether that is so: false while something does. */
  synchronized boolean retire() {
    retired |= uses == 0;
    return retired;
  }

  /** Whether it has been unloaded. */
  synchronized boolean isRetired() {
    return retired;
  }

  private GuestFailure unloaded() {
    return GuestFailure.of(Code.ARTIFACT_NOT_FOUND, "artifact " + source.hash() + " has been unloaded; load it again");
  }

  /** Closes the contexts of an artifact that is retired. May take long. */
  public void close() {
    GuestFailure gone = unloaded();
    for (ContextSlot slot : shared()) {
      slot.lose(gone);
      slot.close();
    }
  }

  /** The context for one more object: the next of the pool that is free, or one of its own. A context that was lost is replaced. */
  synchronized ContextSlot choose(boolean own) {
    if (pool.length == 0 && spare != null) {
      ContextSlot evaluated = spare;
      spare = null;
      return evaluated;
    }
    if (own || pool.length == 0) {
      return new ContextSlot(scheduler, this, true);
    }
    int first = Math.floorMod(next.getAndIncrement(), pool.length);
    for (int i = 0; i < pool.length; i++) {
      int at = (first + i) % pool.length;
      if (pool[at].lost() != null) {
        pool[at] = new ContextSlot(scheduler, this, false);
      }
      if (!pool[at].isInUse()) {
        return pool[at];
      }
    }
    return pool[first];
  }

  /** The context that the artifact is first evaluated in. */
  synchronized ContextSlot first() {
    if (pool.length > 0) {
      pool[0] = pool[0].lost() == null ? pool[0] : new ContextSlot(scheduler, this, false);
      return pool[0];
    }
    spare = spare == null ? new ContextSlot(scheduler, this, true) : spare;
    return spare;
  }

  /** The contexts that no object has to itself. */
  private synchronized List<ContextSlot> shared() {
    List<ContextSlot> slots = new ArrayList<>(List.of(pool));
    if (spare != null) {
      slots.add(spare);
      spare = null;
    }
    return slots;
  }

  GuestContext open(ObjectCalls calls) throws GuestFailure {
    GuestContext context = scheduler.factory().open(source, calls);
    open.incrementAndGet();
    return context;
  }

  void closed() {
    open.decrementAndGet();
  }

  /** Contexts that are open. */
  public int openContexts() {
    return open.get();
  }
}

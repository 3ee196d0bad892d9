package org.amino.runtime.schedule;

import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.amino.runtime.wire.Protocol;

/** Calls that an object with instance managers lets in without them until a moment: reads of a replica that leads, while its lease lasts. */
public final class Lent {
  /** @param until on the clock of the kernel's lease */
  private record Terms(long until, Set<String> members) {}

  private final KernelLease clock;
  private final LongAdder calls = new LongAdder();
  private volatile Terms terms;

  Lent(KernelLease clock) {
    this.clock = clock;
  }

  /**
   * From now on.
   *
   * @param members whose calls
   * @param until null: none any more
   */
  public void terms(List<String> members, Long until) {
    terms = until == null ? null : new Terms(until, Set.copyOf(members));
  }

  /** Whether an object with instance managers lets in a call of a client, which belongs to no other call and has nothing for them; it counts then. */
  public static boolean isLent(HostedObject object, Call call, CallOptions options) {
    Delegated delegated = object.delegated();
    return delegated != null && object.absenceKnown() == null && options.flag(Protocol.FLAG_PROXIES_DONE) && options.chainFrom() < 0
        && options.headersFrom() < 0 && !options.hasTransactions(call.buffer()) && delegated.lent().letsIn(call.method());
  }

  /** Whether a call of a member without options enters now; it counts then. */
  public boolean letsIn(String member) {
    Terms known = terms;
    if (known == null || !known.members.contains(member) || known.until - clock.now() <= 0) {
      return false;
    }
    calls.increment();
    return true;
  }

  /** What the clock shows, and how many calls have entered so. */
  public List<Long> told() {
    return List.of(clock.now(), calls.sum());
  }
}

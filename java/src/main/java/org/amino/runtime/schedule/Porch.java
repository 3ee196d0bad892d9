package org.amino.runtime.schedule;

import java.util.ArrayList;
import java.util.List;

/** Calls that wait at a delegation, in the order in which they came. Its delegation guards it. */
final class Porch {
  private final List<WaitingCall> waiting = new ArrayList<>();

  void add(WaitingCall call) {
    waiting.add(call);
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** The call that came first, which then waits no longer. */
  WaitingCall takeFirst() {
    return waiting.remove(0);
  }

  /** What waits, which then does so no longer. */
  List<WaitingCall> takeAll() {
    List<WaitingCall> all = List.copyOf(waiting);
    waiting.clear();
    return all;
  }

  /** Lets in what waits, up to the first call that the delegation may not let in. */
  void admit(Delegation delegation) {
    int admitted = 0;
    for (WaitingCall each : waiting) {
      Ticket as = each.ticket(delegation);
      if (as == null || !delegation.queue(each.call(), as)) {
        break;
      }
      each.call().object().slot().scheduler().send(each.call());
      admitted++;
    }
    waiting.subList(0, admitted).clear();
  }
}

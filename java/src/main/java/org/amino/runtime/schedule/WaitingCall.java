package org.amino.runtime.schedule;

/** A call in the porch of a delegation. */
public interface WaitingCall {
  Call call();

  /** What the delegation knows of it; null: it goes to the Python half. */
  Ticket ticket(Delegation delegation);

  /** Sends it to the Python half. May block on the socket. */
  void forward();
}

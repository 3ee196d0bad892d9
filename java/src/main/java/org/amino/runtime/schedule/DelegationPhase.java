package org.amino.runtime.schedule;

/** Where a delegation is in its life. */
enum DelegationPhase {
  OFFERED,
  OPEN,
  /** As many calls have come as it may let in: later ones wait in the porch for the offer that follows. */
  SPENT,
  /** Another offer has followed, at once with the recall. */
  RENEWED,
  /** What waits in the porch is on its way to the Python half. */
  RETURNING,
  CLOSED
}

package org.amino.runtime.wire;

/** How many errors may still travel within one error, causes and members of groups taken together (docs/wire.md, section 3). */
public final class ErrorRoom {
  private int left = Protocol.ERRORS_LIMIT - 1;

  /** Takes room for as many of {@code wanted} errors as there is. */
  public int take(int wanted) {
    int taken = Math.min(wanted, left);
    left -= taken;
    return taken;
  }
}

package org.amino.runtime.schedule;

import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.Protocol.Code;

/** A rule of a deployment manager that the gate of an object keeps, so that calls need not pass the Python half for it. */
public enum ObjectRule {
  NONE(""),
  /** One call after another, in the order of arrival; a call from inside another one runs at once. */
  ALONE("alone");

  private final String name;

  ObjectRule(String name) {
    this.name = name;
  }

  /**
   * As the bridge names it; null and an empty text are none.
   *
   * @throws GuestFailure ARGUMENT_INVALID for any other
   */
  public static ObjectRule of(Object name) throws GuestFailure {
    for (ObjectRule rule : values()) {
      if (rule.name.equals(name == null ? "" : name)) {
        return rule;
      }
    }
    throw GuestFailure.of(Code.ARGUMENT_INVALID, "an object keeps no rule " + name + "; there is " + ALONE.name);
  }
}

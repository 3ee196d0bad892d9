package org.amino;

import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.Protocol.Code;

/** An instance of the program, and the one object of the cluster that it is. */
final class Instance {
  private final Object value;
  private String objectId;

  Instance(Object value) {
    this.value = value;
  }

  Object value() {
    return value;
  }

  /**
   * Makes it the object of that id.
   *
   * @throws GuestFailure ARGUMENT_INVALID when it is another object already: two would run the program's code at once
   */
  synchronized void become(String id) throws GuestFailure {
    if (objectId != null && !objectId.equals(id)) {
      throw GuestFailure.of(Code.ARGUMENT_INVALID, "this " + value.getClass().getSimpleName() + " is the object " + objectId
          + " of a Java program, which alone can make another: register a further instance there");
    }
    objectId = id;
  }
}

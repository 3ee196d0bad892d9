package org.amino.runtime.guest.java;

import org.amino.runtime.wire.WireException;

/** A part of a value that cannot be written. Its place is put together while the exception passes the containers around it. */
final class Unwritable extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int LONGEST_PLACE = 200;
  private final String code;
  private String place = "";

  private Unwritable(WireException reason) {
    super(reason.getMessage(), reason);
    this.code = reason.code();
  }

  /**
   * What a container throws on.
   *
   * @param where the position in a list or set, or the key in a map
   */
  static Unwritable at(Object where, RuntimeException thrown) {
    Unwritable part = thrown instanceof Unwritable known ? known : new Unwritable((WireException) thrown);
    part.place = (where instanceof String ? "." + where : "[" + where + "]") + part.place;
    if (part.place.length() > LONGEST_PLACE) {
      part.place = part.place.substring(0, LONGEST_PLACE / 2) + "…" + part.place.substring(part.place.length() - LONGEST_PLACE / 2);
    }
    return part;
  }

  /** The same for who knows what the whole value is called, such as {@code args[0]}. */
  WireException within(String name) {
    return new WireException(code, name + place + ": " + getMessage());
  }
}

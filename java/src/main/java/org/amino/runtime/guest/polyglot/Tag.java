package org.amino.runtime.guest.polyglot;

/**
 * The first elements of the arrays that a prelude's `flatten` makes of values which do not stand for themselves. The preludes hold the same
 * numbers.
 */
final class Tag {
  static final int LIST = 0;
  static final int MAP = 1;
  static final int SET = 2;
  /** Hexadecimal digits of an integer beyond 64 bits. */
  static final int BIG = 3;
  /** A double, where the number alone would be taken for an integer. */
  static final int DOUBLE = 4;
  /** A buffer, offset, length. */
  static final int BYTES = 5;
  /** Seconds since 1970, nanoseconds. */
  static final int TIMESTAMP = 6;
  /** Decimal digits of the nanoseconds. */
  static final int DURATION = 7;
  /** Object id, class name, epoch, address. */
  static final int REFERENCE = 8;
  /**
   * Code, type, message, stack, details, cause, outcome, members of a group, hop; of a thrown error also whether it came from another object,
   * and where it was awaited.
   */
  static final int ERROR = 9;
  static final int GRAPH = 10;
  static final int BACK = 11;
  static final int PROMISE = 12;
  /** Bytes as a string of U+0000 … U+00FF. */
  static final int LATIN = 13;
  /** The name of a class, and what a value of it was saved as. */
  static final int NAMED = 14;

  /** Where in the tree of a thrown error stands whether it came from another object. */
  static final int ERROR_RECEIVED = 10;
  /** The frames that called the other object without waiting; not every language has it. */
  static final int ERROR_FRAMES = 11;

  private Tag() {}
}

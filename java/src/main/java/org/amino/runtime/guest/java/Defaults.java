package org.amino.runtime.guest.java;

import java.util.BitSet;

/** The values of arguments that a caller may leave out. */
interface Defaults {
  /** Whether the argument of that index may be left out. */
  boolean has(int index);

  /**
   * Runs the method or constructor.
   *
   * @param target the instance; null for a constructor
   * @param arguments null where one is left out
   * @param missing the indexes of those that are left out
   */
  Object call(Object target, Object[] arguments, BitSet missing) throws ReflectiveOperationException;
}

package org.amino.runtime.guest.js;

/** Keys that JavaScript takes for positions of an array: an object lists them first, by their number, and only then the others as they were put. */
final class IndexKeys {
  private static final long LARGEST = 4_294_967_294L;
  private static final long NONE = -1;

  private IndexKeys() {}

  /**
   * Whether an object lists keys in the order in which they stand here.
   *
   * @param keys strings, each followed by what the step passes over
   * @param step the distance from one key to the next
   */
  static boolean sorted(Object[] keys, int step) {
    long last = -1;
    for (int i = 0; i < keys.length; i += step) {
      long index = index((String) keys[i]);
      if (index == NONE) {
        last = LARGEST + 1;
      } else if (index < last) {
        return false;
      } else {
        last = index;
      }
    }
    return true;
  }

  private static long index(String key) {
    int length = key.length();
    if (length == 0 || length > 10 || length > 1 && key.charAt(0) == '0') {
      return NONE;
    }
    long index = 0;
    for (int i = 0; i < length; i++) {
      char digit = key.charAt(i);
      if (digit < '0' || digit > '9') {
        return NONE;
      }
      index = 10 * index + digit - '0';
    }
    return index <= LARGEST ? index : NONE;
  }
}

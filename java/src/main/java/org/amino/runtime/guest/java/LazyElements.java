package org.amino.runtime.guest.java;

import java.util.ArrayList;
import java.util.List;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.WireException;

/** Sequences whose elements come to be when they are asked for: nobody knows whether they end. */
final class LazyElements {
  private static final int LIMIT = 1_000_000;

  private LazyElements() {}

  static List<Object> of(Iterable<?> elements, Object sequence) {
    List<Object> all = new ArrayList<>();
    for (Object element : elements) {
      if (all.size() == LIMIT) {
        throw new WireException(Code.VALUE_INVALID, "a lazy sequence (" + sequence.getClass().getSimpleName() + ") has more than " + LIMIT
            + " elements, and may have no end; take what is needed, or make a vector of it");
      }
      all.add(element);
    }
    return all;
  }
}

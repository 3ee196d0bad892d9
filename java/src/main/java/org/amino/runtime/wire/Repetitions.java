package org.amino.runtime.wire;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import org.amino.runtime.wire.Protocol.Code;

/**
 * Finds items of one set, or keys of one map, that are there twice although their language would not notice: where byte strings, timestamps or references
 * are objects, two equal ones are different.
 */
public final class Repetitions {
  private Set<ByteBuffer> met;

  /**
   * Looks at the next item, which stays unread. Numbers, strings and containers are left to the language.
   *
   * @throws WireException VALUE_INVALID when the same bytes were met before
   */
  public void refuse(MsgpackReader in) {
    MsgpackType type = in.peekType();
    if (type != MsgpackType.BYTES && !(type == MsgpackType.EXTENSION && ValueRules.isAtom(in))) {
      return;
    }
    int from = in.position();
    in.skip();
    ByteBuffer item = ByteBuffer.wrap(in.buffer(), from, in.position() - from);
    in.seek(from);
    if (met == null) {
      met = new HashSet<>();
    }
    if (!met.add(item)) {
      throw new WireException(Code.VALUE_INVALID, "the item at byte " + from + " is in its set, or a key of its map, twice");
    }
  }
}

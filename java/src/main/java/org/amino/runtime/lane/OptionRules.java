package org.amino.runtime.lane;

import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.MsgpackType;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.Protocol.Option;
import org.amino.runtime.wire.ValueRules;
import org.amino.runtime.wire.WireException;

/**
 * What the options of a call must be. Options that go on to the Python half are looked at here, whether this half needs it or not: both ends must
 * understand the same of it.
 */
final class OptionRules {
  private OptionRules() {}

  /**
   * Goes through the options at the reader's position. An option that is nil is absent; an unknown option is passed over.
   *
   * @throws WireException FRAME_INVALID when one is of the wrong type
   */
  static void require(MsgpackReader in) {
    int pairs = in.readMapHeader();
    for (int i = 0; i < pairs; i++) {
      int key = in.readInt();
      if (in.isNil()) {
        in.readNil();
        continue;
      }
      try {
        value(in, key);
      } catch (WireException wrong) {
        throw new WireException(Code.FRAME_INVALID, "option " + key + " of a call cannot be read: " + wrong.getMessage());
      }
    }
  }

  /**
   * Looks how deep the values are nested that are passed on unread.
   *
   * @throws WireException VALUE_INVALID when one is nested too deeply
   */
  static void requireDepth(MsgpackReader in) {
    int pairs = in.readMapHeader();
    for (int i = 0; i < pairs; i++) {
      int key = in.readInt();
      int from = in.position();
      in.skip();
      if (key == Option.KWARGS || key == Option.HEADERS) {
        ValueRules.requireDepth(in.buffer(), from, in.position());
      }
    }
  }

  private static void value(MsgpackReader in, int key) {
    switch (key) {
      case Option.REQUEST_ID, Option.TRANSACTION, Option.TRACE, Option.CLIENT -> in.readString();
      case Option.READ_ONLY -> in.readBoolean();
      case Option.BUDGET, Option.EPOCH -> in.readLong();
      case Option.FLAGS -> in.readInt();
      case Option.CHAIN -> {
        int hops = in.readArrayHeader();
        for (int i = 0; i < hops; i++) {
          in.readString();
        }
      }
      case Option.KWARGS, Option.HEADERS -> map(in);
      default -> in.skip();
    }
  }

  private static void map(MsgpackReader in) {
    if (in.peekType() != MsgpackType.MAP) {
      throw new WireException(Code.FRAME_INVALID, "a map is expected");
    }
    in.skip();
  }
}

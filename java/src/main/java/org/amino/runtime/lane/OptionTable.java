package org.amino.runtime.lane;

import java.util.Arrays;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.MsgpackType;
import org.amino.runtime.wire.Protocol;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.WireException;

/** Where in a request frame the options of each call stand: behind the calls, which need them. */
final class OptionTable {
  /** Of a frame whose calls have none. */
  static final OptionTable NONE = new OptionTable(new int[0]);

  private static final byte MAP_OF_ONE = (byte) 0x81;

  private final int[] positions;

  private OptionTable(int[] positions) {
    this.positions = positions;
  }

  /** Looks ahead from a reader at the first of {@code count} calls, where it is left. */
  static OptionTable read(MsgpackReader in, int count) {
    int calls = in.position();
    for (int i = 0; i < 3 * count; i++) {
      in.skip();
    }
    int pairs = in.readMapHeader();
    int[] positions = new int[count];
    Arrays.fill(positions, -1);
    for (int i = 0; i < pairs; i++) {
      int call = in.readInt();
      if (call < 0 || call >= count) {
        throw new WireException(Code.FRAME_INVALID, "options for call " + call + " of " + count);
      }
      if (in.peekType() != MsgpackType.MAP) {
        throw new WireException(Code.FRAME_INVALID, "the options of call " + call + " are no map");
      }
      positions[call] = in.position();
      in.skip();
    }
    Envelope.requireEnd(in.position(), in.end());
    in.seek(calls);
    return new OptionTable(positions);
  }

  /** Where a frame has no options, nothing may follow its calls. */
  void requireEnd(int callsEnd, int frameEnd) {
    if (this == NONE) {
      Envelope.requireEnd(callsEnd, frameEnd);
    }
  }

  /** The same for bytes that were copied {@code shift} positions lower. */
  OptionTable shifted(int shift) {
    return this == NONE ? NONE : new OptionTable(Arrays.stream(positions).map(at -> at < 0 ? at : at - shift).toArray());
  }

  /** The flags of a call that has no other options, as long as they fit a byte; 0 where it has no options at all, −1 where it has others. */
  int flagsAlone(byte[] buffer, int call) {
    int at = at(call);
    if (at < 0) {
      return 0;
    }
    boolean alone = buffer[at] == MAP_OF_ONE && buffer[at + 1] == Protocol.Option.FLAGS;
    return alone && buffer[at + 2] > 0 ? buffer[at + 2] : -1;
  }

  /** Where the options of a call stand, or −1. */
  int at(int call) {
    return this == NONE ? -1 : positions[call];
  }
}

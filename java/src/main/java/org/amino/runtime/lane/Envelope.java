package org.amino.runtime.lane;

import java.util.Arrays;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.Protocol;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.WireException;

/** Puts frames together: the header goes before a body that was written with room for it. */
final class Envelope {
  /** Room for the length, and for kind, number and count of a reply. */
  static final int ROOM = 32;
  /** Largest outcome that fits in a frame with what goes around it. */
  static final int LARGEST_OUTCOME = Protocol.FRAME_LIMIT - 64;

  private Envelope() {}

  /**
   * Completes a reply to all calls of a request; the outcomes stand in {@code body} from {@link #ROOM} on.
   *
   * @return where the frame begins
   */
  static int reply(MsgpackWriter body, MsgpackWriter header, long seq, int count) {
    header.truncate(0);
    header.writeArrayHeader(3);
    header.writeLong(Protocol.REPLY);
    header.writeLong(seq);
    header.writeArrayHeader(count);
    int from = ROOM - header.position();
    System.arraycopy(header.buffer(), 0, body.buffer(), from, header.position());
    return length(body.buffer(), from, body.position());
  }

  /** A frame that has nothing but a kind and a number. */
  static byte[] number(int kind, long number) {
    MsgpackWriter frame = begin();
    frame.writeArrayHeader(2);
    frame.writeLong(kind);
    frame.writeLong(number);
    return finish(frame);
  }

  private static int length(byte[] buffer, int from, int to) {
    int length = to - from;
    int at = from - Protocol.LENGTH_BYTES;
    putLength(buffer, at, length);
    return at;
  }

  static void putLength(byte[] buffer, int at, int length) {
    buffer[at] = (byte) length;
    buffer[at + 1] = (byte) (length >> 8);
    buffer[at + 2] = (byte) (length >> 16);
    buffer[at + 3] = (byte) (length >> 24);
  }

  static int getLength(byte[] buffer, int at) {
    return buffer[at] & 0xff | (buffer[at + 1] & 0xff) << 8 | (buffer[at + 2] & 0xff) << 16 | (buffer[at + 3] & 0xff) << 24;
  }

  /** Nothing may follow the items of a frame. */
  static void requireEnd(int at, int end) {
    if (at != end) {
      throw new WireException(Code.FRAME_INVALID, end - at + " bytes follow the items of a frame");
    }
  }

  /** A reply to some calls of a request, whole. */
  static byte[] partial(long seq, int[] indices, int count, byte[] outcomes, int from, int to) {
    MsgpackWriter frame = new MsgpackWriter(48 + 5 * count + to - from, Integer.MAX_VALUE);
    frame.reserve(Protocol.LENGTH_BYTES);
    frame.writeArrayHeader(4);
    frame.writeLong(Protocol.PARTIAL);
    frame.writeLong(seq);
    frame.writeArrayHeader(count);
    for (int i = 0; i < count; i++) {
      frame.writeLong(indices[i]);
    }
    frame.writeArrayHeader(count);
    frame.writeRaw(outcomes, from, to - from);
    return finish(frame);
  }

  /** Begins any other frame: room for the length. */
  static MsgpackWriter begin() {
    MsgpackWriter frame = new MsgpackWriter(256, Protocol.FRAME_LIMIT + Protocol.LENGTH_BYTES);
    frame.reserve(Protocol.LENGTH_BYTES);
    return frame;
  }

  /** Puts the length before what was written. */
  static byte[] finish(MsgpackWriter frame) {
    putLength(frame.buffer(), 0, frame.position() - Protocol.LENGTH_BYTES);
    return frame.buffer().length == frame.position() ? frame.buffer() : Arrays.copyOf(frame.buffer(), frame.position());
  }
}

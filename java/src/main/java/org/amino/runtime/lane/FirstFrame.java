package org.amino.runtime.lane;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.amino.runtime.wire.Protocol;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.WireException;

/** What a connection has sent before a thread reads it. Memory grows with the bytes that have come, not with the length that the frame claims. */
final class FirstFrame {
  private static final int START = 512;
  private static final int LARGEST = Protocol.LENGTH_BYTES + Protocol.HELLO_LIMIT;

  private final Connection connection;
  private final long deadline;
  private byte[] bytes = new byte[START];
  private int count;

  /** @param deadline when the frame must be whole ({@link System#nanoTime}) */
  FirstFrame(Connection connection, long deadline) {
    this.connection = connection;
    this.deadline = deadline;
  }

  Connection connection() {
    return connection;
  }

  long deadline() {
    return deadline;
  }

  /** Bytes that are set aside for it. */
  int size() {
    return bytes.length;
  }

  byte[] bytes() {
    return bytes;
  }

  /** How many of {@link #bytes} have come. */
  int count() {
    return count;
  }

  /**
   * Reads what there is, without waiting.
   *
   * @return whether the frame is whole
   * @throws IOException when the other end has closed
   * @throws WireException FRAME_INVALID when the frame claims a length that a hello cannot have
   */
  boolean read() throws IOException {
    while (!isWhole()) {
      if (count == bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.min(LARGEST, 2 * count));
      }
      int got = connection.channel().read(ByteBuffer.wrap(bytes, count, bytes.length - count));
      if (got < 0) {
        throw new IOException("closed before its hello");
      }
      if (got == 0) {
        return false;
      }
      count += got;
    }
    return true;
  }

  private boolean isWhole() {
    if (count < Protocol.LENGTH_BYTES) {
      return false;
    }
    int length = Envelope.getLength(bytes, 0);
    if (length <= 0 || length > Protocol.HELLO_LIMIT) {
      throw new WireException(Code.FRAME_INVALID, "a frame of " + Integer.toUnsignedLong(length) + " bytes; before the hello it may have 1 to " + Protocol.HELLO_LIMIT);
    }
    return count >= Protocol.LENGTH_BYTES + length;
  }
}

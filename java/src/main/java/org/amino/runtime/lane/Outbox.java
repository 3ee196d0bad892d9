package org.amino.runtime.lane;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import org.amino.runtime.wire.MsgpackWriter;

/** Writes to one socket. A thread that finds no other writing writes, and goes on until nothing is left; what others send meanwhile waits here. */
final class Outbox {
  private static final int WRITE_CHUNK = 256 << 10;
  /** Bytes of frames that are gathered into one piece. */
  private static final int PIECE = 256 << 10;
  /** Frames that are longer count as held while they are written. */
  private static final int SMALL = 64 << 10;

  private final SocketChannel channel;
  private final Holdings holdings;
  /** What waits, in pieces; the last one grows. Guarded by this, as are the two flags. */
  private final Deque<MsgpackWriter> pieces = new ArrayDeque<>(2);
  private boolean writing;
  private boolean closed;
  /** Bytes that the other end has taken. Changed by the one thread that writes. */
  private volatile long taken;
  // Known to the thread that looks after connections whose other ends take nothing.
  private long takenSeen = -1;
  private long takenAt;

  Outbox(SocketChannel channel, Holdings holdings) {
    this.channel = channel;
    this.holdings = holdings;
  }

  /** Sends a whole frame with its length, which is copied if it has to wait. */
  void send(byte[] frame, int from, int to) throws IOException {
    synchronized (this) {
      if (closed) {
        return;
      }
      if (writing) {
        put(frame, from, to);
        return;
      }
      writing = true;
    }
    if (to - from > SMALL) {
      writeCounted(frame, from, to);
    } else {
      write(frame, from, to);
    }
    for (MsgpackWriter next = next(); next != null; next = next()) {
      try {
        write(next.buffer(), 0, next.position());
      } finally {
        holdings.answers(-next.position());
      }
    }
  }

  private void put(byte[] frame, int from, int to) {
    MsgpackWriter last = pieces.peekLast();
    if (last == null || last.position() + to - from > PIECE) {
      last = new MsgpackWriter(Math.max(256, to - from), Integer.MAX_VALUE);
      pieces.addLast(last);
    }
    last.writeRaw(frame, from, to - from);
    holdings.answers(to - from);
  }

  private synchronized MsgpackWriter next() {
    MsgpackWriter next = pieces.pollFirst();
    writing = next != null;
    return next;
  }

  private void writeCounted(byte[] frame, int from, int to) throws IOException {
    holdings.answers(to - from);
    try {
      write(frame, from, to);
    } finally {
      holdings.answers(from - to);
    }
  }

  private void write(byte[] bytes, int from, int to) throws IOException {
    ByteBuffer view = ByteBuffer.wrap(bytes, from, to - from);
    while (view.position() < to) {
      view.limit(Math.min(to, view.position() + WRITE_CHUNK));
      int wrote = channel.write(view);
      if (wrote == 0) {
        // Only before the hello, when nobody waits for a slow reader.
        throw new IOException("the other end takes no bytes");
      }
      taken += wrote;
    }
  }

  /** Whether a thread writes at the moment. */
  synchronized boolean isWriting() {
    return writing;
  }

  /** Whether a thread has been writing for that long while the other end took nothing. Asked again and again by one thread. */
  boolean isStalled(long now, long patienceNanos) {
    if (!isWriting() || taken != takenSeen) {
      takenSeen = taken;
      takenAt = now;
      return false;
    }
    return now - takenAt > patienceNanos;
  }

  /** Lets go of what waits. The socket has been closed. */
  synchronized void close() {
    closed = true;
    pieces.forEach(piece -> holdings.answers(-piece.position()));
    pieces.clear();
  }
}

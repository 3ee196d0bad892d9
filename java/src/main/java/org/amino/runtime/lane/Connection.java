package org.amino.runtime.lane;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.ErrorPayload;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.Protocol;

/** One socket: what is written to it, what is owed to its other end, and how it ends. */
public final class Connection {
  private static final int WRITE_CHUNK = 256 << 10;
  /** Bytes of frames that are gathered into one piece. */
  private static final int PIECE = 256 << 10;
  /** Frames that are longer count as held while they are written. */
  private static final int SMALL = 64 << 10;
  /** How long another kernel's lane may be left unread while nothing of it ends. A call there may be what a call here waits for. */
  private static final long PEER_PATIENCE_NANOS = 1_000_000_000;

  private final SocketChannel channel;
  private final Lane lane;
  private final String listenerToken;
  private final Map<Long, Reply> replies = new ConcurrentHashMap<>();
  private final Outgoing outgoing;
  private final Holdings holdings;
  private final AtomicBoolean ended = new AtomicBoolean();
  private final String nonce = Long.toString(ThreadLocalRandom.current().nextLong(Long.MAX_VALUE), 36);
  /** Guards the outbox. A thread that finds no other writing writes, and goes on until the outbox is empty. */
  private final Object outboxLock = new Object();
  /** What waits to be written, in pieces; the last one grows. */
  private final Deque<MsgpackWriter> outbox = new ArrayDeque<>(2);
  private boolean writing;
  /** Bytes that the other end has taken. Changed by the one thread that writes. */
  private volatile long taken;
  // Known to the thread that looks after connections whose other ends take nothing.
  private long takenSeen = -1;
  private long takenAt;
  private volatile boolean closed;
  /** Calls that would have to wait are refused, since leaving them unread has not helped. Of the reading thread. */
  private volatile boolean refusing;
  // Written by the reading thread at the hello, before anything else of this connection runs.
  private String client = "";
  private Sender sender = Sender.CLIENT;
  private volatile boolean greeted;

  Connection(SocketChannel channel, Lane lane, String listenerToken) {
    this.channel = channel;
    this.lane = lane;
    this.listenerToken = listenerToken;
    this.holdings = new Holdings(lane);
    this.outgoing = new Outgoing(this, lane.scheduler());
  }

  SocketChannel channel() {
    return channel;
  }

  /** The token that clients of this listener must show; null: none. */
  String listenerToken() {
    return listenerToken;
  }

  public String client() {
    return client;
  }

  /** Whether the other end is the Python half. */
  public boolean isKernel() {
    return sender == Sender.HALF;
  }

  Sender sender() {
    return sender;
  }

  boolean isGreeted() {
    return greeted;
  }

  void greeted(String clientId, Sender proved) {
    client = clientId;
    sender = proved;
    greeted = true;
  }

  public Outgoing outgoing() {
    return outgoing;
  }

  public boolean isClosed() {
    return closed;
  }

  /** Where a call names no request id of its own: a client's connections all count from 0, and may reach one object through two kernels. */
  String requestId(long seq, int index) {
    return client + "/" + nonce + "/" + seq + "/" + index;
  }

  // ---- replies

  void opened(long seq, Reply reply) {
    replies.put(seq, reply);
  }

  void closed(long seq) {
    replies.remove(seq);
  }

  Reply reply(long seq) {
    return replies.get(seq);
  }

  /** Gives up calls that wait, since nobody waits for their answers any more. Called when this connection is closed and no longer read. */
  void abandon() {
    for (Reply reply : replies.values()) {
      reply.abandon(lane.scheduler());
    }
  }

  // ---- what is held

  Holdings holdings() {
    return holdings;
  }

  /** Whether a call that would have to wait is refused instead. */
  boolean refuses() {
    return sender == Sender.HALF ? holdings.isOverloaded() : refusing || holdings.isTooMuch();
  }

  /** Whether the other end has left so many answers that calls of it are refused. */
  boolean isCrowded() {
    return sender != Sender.HALF && holdings.isUnfair();
  }

  /** Whether calls should not be gone through before this connection holds less. */
  boolean isFull() {
    // The Python half is never left unread, or its answers to us would be stuck behind its calls.
    return sender != Sender.HALF && !refusing && holdings.isFull();
  }

  /** Waits while this connection holds too much. Called by the reading thread. */
  void awaitRoom() throws InterruptedException {
    if (refusing) {
      refusing = !holdings.hasRoom();
    }
    if (isFull()) {
      refusing = !await(holdings::hasRoom);
    }
  }

  /** Waits until the bytes of a frame may be held, and counts them. Called by the reading thread. */
  void awaitRoom(long bytes) throws InterruptedException {
    if (sender == Sender.HALF || !await(() -> holdings.tryFrames(bytes))) {
      holdings.frames(bytes);
    }
  }

  private boolean await(BooleanSupplier ready) throws InterruptedException {
    if (ready.getAsBoolean()) {
      return true;
    }
    return !refusing && holdings.await(ready, sender == Sender.PEER ? PEER_PATIENCE_NANOS : Long.MAX_VALUE);
  }

  // ---- writing

  /** Sends a whole frame with its length. Blocks only while no other thread writes; otherwise the thread that writes takes it along. */
  public void send(byte[] frame, int from, int to) {
    synchronized (outboxLock) {
      if (closed) {
        return;
      }
      if (writing) {
        put(frame, from, to);
        return;
      }
      writing = true;
    }
    int counted = to - from > SMALL ? to - from : 0;
    if (counted > 0) {
      holdings.answers(counted);
    }
    try {
      write(frame, from, to);
    } catch (IOException e) {
      close();
      return;
    } finally {
      if (counted > 0) {
        holdings.answers(-counted);
      }
    }
    writeOutbox();
  }

  private void writeOutbox() {
    while (true) {
      MsgpackWriter next;
      synchronized (outboxLock) {
        next = outbox.pollFirst();
        if (next == null) {
          writing = false;
          return;
        }
      }
      try {
        write(next.buffer(), 0, next.position());
      } catch (IOException e) {
        close();
        return;
      } finally {
        holdings.answers(-next.position());
      }
    }
  }

  private void put(byte[] frame, int from, int to) {
    MsgpackWriter last = outbox.peekLast();
    if (last == null || last.position() + to - from > PIECE) {
      last = new MsgpackWriter(Math.max(256, to - from), Integer.MAX_VALUE);
      outbox.addLast(last);
    }
    last.writeRaw(frame, from, to - from);
    holdings.answers(to - from);
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

  /** Whether a thread has been writing for long while the other end, which is not the Python half, took nothing. Asked again and again by one thread. */
  boolean isStalled(long now) {
    boolean blocked;
    synchronized (outboxLock) {
      blocked = writing && greeted && sender != Sender.HALF;
    }
    if (!blocked || taken != takenSeen) {
      takenSeen = taken;
      takenAt = now;
      return false;
    }
    return now - takenAt > Lane.STALL_PATIENCE.toNanos();
  }

  // ---- the end

  /** Says why, then closes. */
  void goodbye(GuestFailure why) {
    MsgpackWriter frame = Envelope.begin();
    frame.writeArrayHeader(2);
    frame.writeLong(Protocol.GOODBYE);
    ErrorPayload.write(frame, why);
    byte[] bytes = Envelope.finish(frame);
    send(bytes, 0, bytes.length);
    close();
  }

  /** Closes without waiting for the other end, which is told why unless it takes nothing at the moment. */
  void dismiss(GuestFailure why) {
    boolean deaf;
    synchronized (outboxLock) {
      deaf = writing;
    }
    if (deaf) {
      close();
    } else {
      lane.scheduler().workers().execute(() -> goodbye(why));
    }
  }

  /** Closes the socket; calls that were sent to the other end fail, calls of the other end are no longer waited for. */
  public void close() {
    closed = true;
    if (!ended.compareAndSet(false, true)) {
      return;
    }
    try {
      channel.close();
    } catch (IOException e) {
      // Closed all the same.
    }
    holdings.close();
    synchronized (outboxLock) {
      outbox.forEach(piece -> holdings.answers(-piece.position()));
      outbox.clear();
    }
    lane.gone(this);
    outgoing.fail();
  }

  @Override
  public String toString() {
    return sender + " " + client + " " + channel;
  }
}

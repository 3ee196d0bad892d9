package org.amino.runtime.lane;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.ErrorPayload;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.Protocol;
import org.amino.runtime.wire.Protocol.Code;

/** One socket: what is written to it, what is owed to its other end, and how it ends. */
public final class Connection {
  /** Bytes that wait to be written from which on no more is read. */
  private static final int OUTBOX_LIMIT = 16 << 20;
  private static final int WRITE_CHUNK = 256 << 10;
  /** How often a thread that waits for the other end to read looks whether the connection is closed. */
  private static final long PACE_MS = 100;

  private final SocketChannel channel;
  private final Lane lane;
  private final String listenerToken;
  private final Map<Long, Reply> replies = new ConcurrentHashMap<>();
  private final Outgoing outgoing;
  private final AtomicInteger owed = new AtomicInteger();
  private final AtomicBoolean ended = new AtomicBoolean();
  private final String nonce = Long.toString(ThreadLocalRandom.current().nextLong(Long.MAX_VALUE), 36);
  /** Guards the outbox. A thread that finds no other writing writes, and goes on until the outbox is empty. */
  private final Object outboxLock = new Object();
  private MsgpackWriter outbox = new MsgpackWriter(256, Integer.MAX_VALUE);
  private boolean writing;
  /** Guards the two below. */
  private final Object paceLock = new Object();
  private long asked;
  private long read;
  private volatile boolean waitsForRoom;
  private volatile boolean closed;
  // Written by the reading thread at the hello, before anything else of this connection runs.
  private String client = "";
  private Sender sender = Sender.CLIENT;
  private volatile boolean greeted;

  Connection(SocketChannel channel, Lane lane, String listenerToken) {
    this.channel = channel;
    this.lane = lane;
    this.listenerToken = listenerToken;
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

  /** Closes the connection unless the other end has said hello. */
  void demandHello(Duration patience) {
    if (!greeted && !closed) {
      goodbye(GuestFailure.of(Code.FRAME_INVALID, "the first frame of a connection, a hello, did not come within " + patience.toMillis() + " ms"));
    }
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

  void owes(int calls) {
    int now = owed.addAndGet(calls);
    if (calls < 0 && waitsForRoom && now <= Protocol.UNANSWERED_LIMIT / 2) {
      signalRoom();
    }
  }

  boolean isOverloaded() {
    return owed.get() > Protocol.UNANSWERED_LIMIT;
  }

  /** Waits until the other end has taken answers, if it is owed too many. Called by the reading thread between frames. */
  void awaitRoom() throws InterruptedException {
    synchronized (outboxLock) {
      if (!isFull(Protocol.UNANSWERED_LIMIT, OUTBOX_LIMIT)) {
        return;
      }
      waitsForRoom = true;
      while (!closed && isFull(Protocol.UNANSWERED_LIMIT / 2, OUTBOX_LIMIT / 2)) {
        outboxLock.wait();
      }
      waitsForRoom = false;
    }
  }

  private boolean isFull(int calls, int bytes) {
    // The Python half is never left unread, or its answers to us would be stuck behind its calls.
    return sender != Sender.HALF && (owed.get() > calls || outbox.position() > bytes);
  }

  private void signalRoom() {
    synchronized (outboxLock) {
      outboxLock.notifyAll();
    }
  }

  // ---- writing

  /** Sends a whole frame with its length. Blocks only while no other thread writes; otherwise the thread that writes takes it along. */
  public void send(byte[] frame, int from, int to) {
    synchronized (outboxLock) {
      if (closed) {
        return;
      }
      if (writing) {
        outbox.writeRaw(frame, from, to - from);
        return;
      }
      writing = true;
    }
    try {
      write(frame, from, to);
      writeOutbox();
    } catch (IOException e) {
      close();
    }
  }

  private void writeOutbox() throws IOException {
    while (true) {
      byte[] next;
      synchronized (outboxLock) {
        if (outbox.position() == 0) {
          writing = false;
          return;
        }
        next = outbox.toByteArray();
        outbox.clear(WRITE_CHUNK);
        if (waitsForRoom) {
          outboxLock.notifyAll();
        }
      }
      write(next, 0, next.length);
    }
  }

  private void write(byte[] bytes, int from, int to) throws IOException {
    ByteBuffer view = ByteBuffer.wrap(bytes, from, to - from);
    while (view.position() < to) {
      view.limit(Math.min(to, view.position() + WRITE_CHUNK));
      channel.write(view);
    }
  }

  // ---- the pace of the other end

  /**
   * Waits until the other end has read what was sent before the last time that this was asked, and has so few requests to
   * answer that it reads on. So what one thread sends never fills the way of the others.
   */
  public void awaitRead() {
    long number;
    synchronized (paceLock) {
      number = ++asked;
    }
    byte[] ping = Envelope.number(Protocol.PING, number);
    send(ping, 0, ping.length);
    synchronized (paceLock) {
      while (!closed && (read < number - 1 || outgoing.unanswered() > Protocol.UNANSWERED_LIMIT / 2)) {
        try {
          paceLock.wait(PACE_MS);
        } catch (InterruptedException ended) {
          Thread.currentThread().interrupt();
          return;
        }
      }
    }
  }

  /** The other end has read as far as that. */
  void hasRead(long number) {
    synchronized (paceLock) {
      read = Math.max(read, Math.min(asked, number));
      paceLock.notifyAll();
    }
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
    signalRoom();
    lane.gone(this);
    outgoing.fail();
  }

  @Override
  public String toString() {
    return sender + " " + client + " " + Arrays.toString(new Object[] {channel});
  }
}

package org.amino.runtime.lane;

import java.io.IOException;
import java.nio.channels.SocketChannel;
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
  /** How long another kernel's lane may be left unread while nothing of it ends. A call there may be what a call here waits for. */
  private static final long PEER_PATIENCE_NANOS = 1_000_000_000;
  /** How often a thread that waits for the other end to read looks whether the connection is closed. */
  private static final long PACE_MS = 100;

  private final SocketChannel channel;
  private final Lane lane;
  private final String listenerToken;
  private final Map<Long, Reply> replies = new ConcurrentHashMap<>();
  private final Outgoing outgoing;
  private final Holdings holdings;
  private final AtomicBoolean ended = new AtomicBoolean();
  private final String nonce = Long.toString(ThreadLocalRandom.current().nextLong(Long.MAX_VALUE), 36);
  private final Outbox outbox;
  /** Guards the two below. */
  private final Object paceLock = new Object();
  private long asked;
  private long read;
  private volatile boolean closed;
  /** Calls that would have to wait are refused, since leaving them unread has not helped. Of the reading thread. */
  private volatile boolean refusing;
  // Written by the reading thread at the hello, before anything else of this connection runs.
  private String client = "";
  private Sender sender = Sender.CLIENT;
  private volatile boolean greeted;
  /** Whether the other end reads a goodbye that comes before the last answers. Of the time of the hello, too. */
  private boolean hearsGoodbye;
  private final LastRequest requests = new LastRequest();

  Connection(SocketChannel channel, Lane lane, String listenerToken) {
    this.channel = channel;
    this.lane = lane;
    this.listenerToken = listenerToken;
    this.holdings = new Holdings(lane);
    this.outbox = new Outbox(channel, holdings);
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

  void greeted(String clientId, Sender proved, boolean hears) {
    client = clientId;
    sender = proved;
    hearsGoodbye = hears;
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

  /** The requests of the other end, in their order. */
  LastRequest requests() {
    return requests;
  }

  /** Why a call is not run while the kernel stops. */
  GuestFailure stopping() {
    return lane.stopping();
  }

  /** Whether requests that are not run any more are left without an answer, since the other end has been told. */
  boolean hearsGoodbye() {
    return hearsGoodbye;
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
    try {
      outbox.send(frame, from, to);
    } catch (IOException e) {
      close();
    }
  }

  /** Whether a thread has been writing for long while the other end, which is not the Python half, took nothing. Asked again and again by one thread. */
  boolean isStalled(long now) {
    return greeted && sender != Sender.HALF && outbox.isStalled(now, Lane.STALL_PATIENCE.toNanos());
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
    say(why);
    close();
  }

  private void say(GuestFailure why) {
    MsgpackWriter frame = Envelope.begin();
    frame.writeArrayHeader(2);
    frame.writeLong(Protocol.GOODBYE);
    ErrorPayload.write(frame, why);
    byte[] bytes = Envelope.finish(frame);
    send(bytes, 0, bytes.length);
  }

  /** No further request is run. The other end is told at once where it understands that, and waits for the answers that it is owed. */
  void leave() {
    long last = requests.leave();
    if (hearsGoodbye) {
      say(lane.stopping(last));
    }
  }

  /** Whether requests that are run wait for an answer, or answers for being sent. Of a connection that is left. */
  boolean owes() {
    return !closed && !(requests.isThrough() && replies.isEmpty() && !outbox.isWriting());
  }

  /** Ends a connection that is left, and whose other end does not do so itself when it has its answers. */
  void part() {
    if (!hearsGoodbye) {
      dismiss(lane.stopping(requests.leave()));
    }
  }

  /** Closes without waiting for the other end, which is told why unless it takes nothing at the moment. */
  void dismiss(GuestFailure why) {
    if (outbox.isWriting()) {
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
    outbox.close();
    lane.gone(this);
    outgoing.fail();
  }

  @Override
  public String toString() {
    return sender + " " + client + " " + channel;
  }
}

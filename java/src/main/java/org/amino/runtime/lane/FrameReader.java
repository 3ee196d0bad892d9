package org.amino.runtime.lane;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.schedule.Call;
import org.amino.runtime.schedule.Execution;
import org.amino.runtime.schedule.Runner;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.Protocol;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.WireException;

/**
 * The one thread that reads a connection, and runs what it reads as long as that is quick. When a call holds it up, a successor goes on with the rest of
 * the frame and with reading; this one then only finishes its call.
 */
final class FrameReader extends Runner implements Runnable {
  private static final int BUFFER = Protocol.HELLO_LIMIT + Protocol.LENGTH_BYTES;
  private static final int READ_CHUNK = 256 << 10;

  private final Lane lane;
  private final Connection connection;
  private final RequestPass pass;
  private final MsgpackReader in = new MsgpackReader(new byte[0]);
  private final boolean resumes;
  private volatile boolean succeeded;
  private byte[] buffer;
  private ByteBuffer view;
  /** The bytes that have been read and not been gone through are {@code buffer[from … to)}. */
  private int from;
  private int to;
  /** Bytes of a frame that needs a large buffer; they count as held by the connection. */
  private int large;

  FrameReader(Lane lane, FirstFrame first) {
    this.lane = lane;
    this.connection = first.connection();
    this.pass = new RequestPass(lane, connection, this);
    this.resumes = false;
    use(Arrays.copyOf(first.bytes(), BUFFER));
    this.to = first.count();
  }

  /** A successor: what its predecessor had not gone through is copied, for the held up call still uses the rest. */
  private FrameReader(FrameReader before) {
    this.lane = before.lane;
    this.connection = before.connection;
    this.resumes = true;
    int kept = before.pass.isResting() ? before.from : before.pass.position();
    use(Arrays.copyOfRange(before.buffer, kept, Math.max(kept + BUFFER, before.to)));
    this.large = buffer.length > BUFFER ? buffer.length : 0;
    connection.holdings().frames(large);
    this.from = before.from - kept;
    this.to = before.to - kept;
    this.pass = new RequestPass(before.pass, this, buffer, kept);
  }

  private void use(byte[] bytes) {
    buffer = bytes;
    view = ByteBuffer.wrap(bytes);
  }

  @Override
  public void run() {
    Thread thread = Thread.currentThread();
    String name = thread.getName();
    thread.setName("amino-lane-" + connection.client());
    lane.scheduler().monitor().watch(this);
    try {
      if (!resumes || pass.resume()) {
        read();
      }
    } catch (WireException e) {
      connection.goodbye(GuestFailure.of(Code.FRAME_INVALID, e.getMessage()));
    } catch (GuestFailure e) {
      connection.goodbye(e);
    } catch (IOException e) {
      connection.close();
    } catch (InterruptedException e) {
      connection.close();
    } catch (RuntimeException | Error e) {
      lane.scheduler().endIfOutOfMemory(e);
      connection.goodbye(Execution.failure(e));
    } finally {
      lane.scheduler().monitor().forget(this);
      thread.setName(name);
      connection.holdings().frames(-large);
      if (!succeeded) {
        pass.router.dropGathered();
        connection.abandon();
      }
    }
  }

  /** Reads and goes through frames until the connection ends or a successor has taken over. */
  private void read() throws IOException, GuestFailure, InterruptedException {
    while (true) {
      int have = to - from;
      int wanted = Protocol.LENGTH_BYTES;
      if (have >= wanted) {
        int length = Envelope.getLength(buffer, from);
        // A peer that has not shown a token yet gets no memory either.
        int limit = connection.isGreeted() ? Protocol.FRAME_LIMIT : Protocol.HELLO_LIMIT;
        if (length <= 0 || length > limit) {
          throw new WireException(Code.FRAME_INVALID, "a frame of " + Integer.toUnsignedLong(length) + " bytes; it may have 1 to " + limit);
        }
        wanted += length;
        if (have >= wanted) {
          int start = from + Protocol.LENGTH_BYTES;
          from += wanted;
          if (!frame(start, from)) {
            return;
          }
          continue;
        }
      }
      if (!fill(wanted)) {
        connection.close();
        return;
      }
    }
  }

  /** Reads more, so that {@code wanted} bytes fit from {@link #from} on. Returns false at the end of the stream. */
  private boolean fill(int wanted) throws IOException, InterruptedException {
    if (from == to) {
      from = 0;
      to = 0;
      if (large > 0 && wanted <= BUFFER) {
        use(new byte[BUFFER]);
        connection.holdings().frames(-large);
        large = 0;
      }
    }
    if (wanted > Math.max(large, BUFFER)) {
      // Counted whole before the first byte is read, so that frames which are under way never wait for each other's memory.
      connection.awaitRoom(wanted - large);
      large = wanted;
    }
    if (wanted > buffer.length - from && from > 0) {
      System.arraycopy(buffer, from, buffer, 0, to - from);
      to -= from;
      from = 0;
    }
    if (to == buffer.length) {
      // Memory grows with the bytes that have come, not with the length that the frame claims.
      use(Arrays.copyOf(buffer, (int) Math.min(wanted, 4L * to)));
    }
    view.limit(Math.min(buffer.length, to + READ_CHUNK)).position(to);
    int got = connection.channel().read(view);
    if (got < 0) {
      return false;
    }
    to += got;
    return true;
  }

  /** Goes through one frame. Returns false when a successor has taken over. */
  private boolean frame(int start, int end) throws GuestFailure, InterruptedException {
    active();
    lane.scheduler().monitor().wake();
    in.reset(buffer, start, end);
    int size = in.readArrayHeader();
    int kind = in.readInt();
    if (!connection.isGreeted() && kind != Protocol.HELLO) {
      throw GuestFailure.of(Code.FRAME_INVALID, "the first frame of a connection is a hello");
    }
    if (kind == Protocol.REQUEST) {
      connection.awaitRoom();
      return pass.start(buffer, in.position(), end, size);
    }
    other(kind, size);
    Envelope.requireEnd(in.position(), end);
    return sendUnsent();
  }

  private void other(int kind, int size) throws GuestFailure {
    switch (kind) {
      case Protocol.REPLY -> {
        requireItems(kind, size, 3, 4);
        connection.outgoing().reply(in, this);
        skipMetadata(size == 4);
      }
      case Protocol.PARTIAL -> {
        requireItems(kind, size, 4, 5);
        connection.outgoing().partial(in, this);
        skipMetadata(size == 5);
      }
      case Protocol.CANCEL -> {
        requireItems(kind, size, 3, 3);
        cancel();
      }
      case Protocol.HELLO, Protocol.GOODBYE, Protocol.PING, Protocol.PONG -> {
        requireItems(kind, size, 2, 2);
        single(kind);
      }
      default -> throw GuestFailure.of(Code.FRAME_INVALID, "there is no frame of kind " + kind);
    }
  }

  private void single(int kind) throws GuestFailure {
    switch (kind) {
      case Protocol.HELLO -> {
        if (connection.isGreeted()) {
          throw GuestFailure.of(Code.FRAME_INVALID, "a second hello on one connection");
        }
        Greeting.receive(in, lane, connection);
      }
      case Protocol.GOODBYE -> {
        in.skip();
        connection.close();
      }
      case Protocol.PING -> pong(in.readLong());
      default -> connection.hasRead(in.readLong());
    }
  }

  private static void requireItems(int kind, int size, int least, int most) {
    if (size < least || size > most) {
      throw new WireException(Code.FRAME_INVALID, "a frame of kind " + kind + " has " + least + (most > least ? " or " + most : "") + " items, not " + size);
    }
  }

  /** No key of the metadata of a reply has a meaning yet. */
  private void skipMetadata(boolean present) {
    if (present) {
      in.skip();
    }
  }

  private void cancel() {
    Reply reply = connection.reply(in.readLong());
    int count = in.readArrayHeader();
    for (int i = 0; i < count; i++) {
      int index = (int) Math.max(-1, Math.min(Integer.MAX_VALUE, in.readLong()));
      Call call = reply == null ? null : reply.open(index);
      if (call != null) {
        lane.scheduler().cancel(call);
      }
    }
  }

  private void pong(long number) {
    byte[] bytes = Envelope.number(Protocol.PONG, number);
    connection.send(bytes, 0, bytes.length);
  }

  /** Sends answers to others that came with a frame. Their sockets may be slow, so a successor may take over meanwhile. */
  private boolean sendUnsent() {
    if (!hasUnsent()) {
      return true;
    }
    pass.rest();
    enter();
    flush();
    return exit();
  }

  /** Enters something that may take long; see {@link Runner#begin}. */
  void enter() {
    begin();
  }

  /** Leaves it. Returns false when a successor has taken over. */
  boolean exit() {
    return end();
  }

  @Override
  protected boolean canBeSucceeded() {
    return !succeeded;
  }

  @Override
  protected void succeed() {
    succeeded = true;
    try {
      lane.scheduler().workers().execute(new FrameReader(this));
    } catch (RuntimeException | Error e) {
      // Nobody would read the connection any more.
      lane.scheduler().workers().execute(() -> connection.goodbye(Execution.failure(e)));
    }
  }
}

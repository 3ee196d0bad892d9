package org.amino.runtime.testing;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.EncodedValue;
import org.amino.runtime.wire.ErrorPayload;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.PlainValue;
import org.amino.runtime.wire.Protocol;

/** A plain client of the lane, on plain values: also the Python half in miniature, when it is given a handler for requests. */
public final class LaneClient implements AutoCloseable {
  /** Answers a request that came from the JVM. */
  public interface Handler {
    Object handle(String target, String method, List<?> args, Map<?, ?> options) throws GuestFailure;
  }

  private static final long PATIENCE_SECONDS = 50;

  private final SocketChannel channel;
  private final Handler handler;
  private final Map<Long, List<CompletableFuture<Object>>> open = new ConcurrentHashMap<>();
  private final CompletableFuture<Map<?, ?>> hello = new CompletableFuture<>();
  private final CompletableFuture<GuestFailure> goodbye = new CompletableFuture<>();
  private final Map<Long, CompletableFuture<Long>> pongs = new ConcurrentHashMap<>();
  private final AtomicInteger pings = new AtomicInteger();
  private final LinkedBlockingQueue<Long> requests = new LinkedBlockingQueue<>();
  /** Members and arguments of the requests that have come so far, in their order; handlers run on threads of their own, in any order. */
  public final LinkedBlockingQueue<List<?>> arrived = new LinkedBlockingQueue<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicInteger surplus = new AtomicInteger();
  private final AtomicInteger replyFrames = new AtomicInteger();
  private long seq;

  private LaneClient(SocketChannel channel, Handler handler) {
    this.channel = channel;
    this.handler = handler;
    Thread reader = new Thread(this::read, "test-client");
    reader.setDaemon(true);
    reader.start();
  }

  /** Connects without a hello. */
  public static LaneClient connect(Path socket, Handler handler) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    channel.connect(UnixDomainSocketAddress.of(socket));
    return new LaneClient(channel, handler);
  }

  /** Connects over any channel, without a hello. */
  public static LaneClient over(SocketChannel channel) {
    return new LaneClient(channel, null);
  }

  /** Says hello and waits for the answer. */
  public LaneClient greet(String client, String token, String role) throws Exception {
    frame(Arrays.asList(Protocol.HELLO, new java.util.HashMap<>(Map.of("v", Protocol.VERSION, "client", client, "role", role, "token", token))));
    hello.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    return this;
  }

  public Map<?, ?> hello() throws Exception {
    return hello.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** The number of the next request that the other end made. */
  public long requested() throws InterruptedException {
    Long of = requests.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertNotNull(of, "no request came");
    return of;
  }

  /** Why the other end closed. */
  public GuestFailure goodbye() throws Exception {
    return goodbye.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** Waits for the pong of that number. */
  public long pong(long number) throws Exception {
    return pongs.computeIfAbsent(number, key -> new CompletableFuture<>()).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** Waits until the other end has gone through all that was sent. */
  public void settle() throws Exception {
    long number = pings.incrementAndGet();
    frame(List.of(Protocol.PING, number));
    pong(number);
  }

  public boolean awaitClosed() throws InterruptedException {
    return closed.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** Answers that came for calls which had been answered, or never asked. */
  public int surplus() {
    return surplus.get();
  }

  public int replyFrames() {
    return replyFrames.get();
  }

  /** One call for a frame. */
  public static List<Object> to(String target, String method, Object... args) {
    return List.of(target, method, Arrays.asList(args));
  }

  /** Sends a frame of calls. */
  @SafeVarargs
  public final synchronized List<CompletableFuture<Object>> send(int budgetMs, Map<Integer, Object> options, List<Object>... calls) throws IOException {
    List<Object> flat = new ArrayList<>();
    List<CompletableFuture<Object>> futures = new ArrayList<>();
    for (List<Object> call : calls) {
      flat.addAll(call);
      futures.add(new CompletableFuture<>());
    }
    open.put(seq, futures);
    List<Object> frame = new ArrayList<>(List.of(Protocol.REQUEST, seq++, budgetMs, flat));
    if (options != null) {
      frame.add(options);
    }
    frame(frame);
    return futures;
  }

  /** The number of the last frame. */
  public synchronized long lastSeq() {
    return seq - 1;
  }

  /** Says that the first call of a frame is no longer waited for. */
  public void cancel(long frame) throws IOException {
    frame(List.of(Protocol.CANCEL, frame, List.of(0)));
  }

  /** Sends one call. */
  public CompletableFuture<Object> send(String target, String method, Object... args) throws IOException {
    return send(0, null, to(target, method, args)).get(0);
  }

  /** Calls and waits. */
  public Object call(String target, String method, Object... args) throws Exception {
    return result(send(target, method, args));
  }

  /** Waits for an outcome. */
  public static Object result(CompletableFuture<Object> future) throws Exception {
    try {
      return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw (Exception) e.getCause();
    } catch (TimeoutException e) {
      throw new AssertionError("no answer within " + PATIENCE_SECONDS + " s", e);
    }
  }

  /** The failure that a call ends in. */
  public static GuestFailure failure(CompletableFuture<Object> future) throws Exception {
    try {
      throw new AssertionError("succeeded with " + result(future));
    } catch (GuestFailure failure) {
      return failure;
    }
  }

  public GuestFailure failing(String target, String method, Object... args) throws Exception {
    return failure(send(target, method, args));
  }

  public void frame(Object value) throws IOException {
    raw(PlainValue.encode(value));
  }

  /** Sends a frame with these bytes. */
  public void raw(byte[] body) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(4 + body.length).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(body.length).put(body).flip();
    bytes(bytes);
  }

  public synchronized void bytes(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private void read() {
    try (DataInputStream in = new DataInputStream(Channels.newInputStream(channel))) {
      while (true) {
        byte[] body = new byte[Integer.reverseBytes(in.readInt())];
        in.readFully(body);
        take(body);
      }
    } catch (IOException | RuntimeException e) {
      closed.countDown();
      IOException ended = new IOException("connection ended", e);
      goodbye.completeExceptionally(ended);
      hello.completeExceptionally(ended);
      open.values().forEach(futures -> futures.forEach(future -> future.completeExceptionally(ended)));
    }
  }

  private void take(byte[] body) throws IOException {
    MsgpackReader in = new MsgpackReader(body);
    in.readArrayHeader();
    switch (in.readInt()) {
      case Protocol.HELLO -> hello.complete((Map<?, ?>) PlainValue.read(in));
      case Protocol.GOODBYE -> goodbye.complete(ErrorPayload.read(in));
      case Protocol.PING -> frame(List.of(Protocol.PONG, in.readLong()));
      case Protocol.PONG -> {
        long number = in.readLong();
        pongs.computeIfAbsent(number, key -> new CompletableFuture<>()).complete(number);
      }
      case Protocol.REPLY -> settle(in, false);
      case Protocol.PARTIAL -> settle(in, true);
      case Protocol.REQUEST -> request(in);
      default -> {}
    }
  }

  private void settle(MsgpackReader in, boolean isPartial) throws IOException {
    replyFrames.incrementAndGet();
    long of = in.readLong();
    List<?> indices = isPartial ? (List<?>) PlainValue.read(in) : null;
    List<?> outcomes = (List<?>) PlainValue.read(in);
    for (int i = 0; i < outcomes.size(); i++) {
      settle(of, indices == null ? i : ((Long) indices.get(i)).intValue(), outcomes.get(i));
    }
  }

  private void settle(long of, int index, Object outcome) {
    List<CompletableFuture<Object>> futures = open.get(of);
    boolean first;
    GuestFailure failure = raised(outcome);
    if (futures == null || index >= futures.size()) {
      first = false;
    } else if (failure != null) {
      first = futures.get(index).completeExceptionally(failure);
    } else {
      first = futures.get(index).complete(outcome);
    }
    if (!first) {
      surplus.incrementAndGet();
    }
  }

  private static GuestFailure raised(Object outcome) {
    if (outcome instanceof EncodedValue encoded) {
      MsgpackReader in = new MsgpackReader(encoded.bytes());
      MsgpackReader.ExtensionHeader header = in.readExtensionHeader();
      return header.type() == Protocol.Extension.RAISED ? ErrorPayload.read(in) : null;
    }
    return null;
  }

  private void request(MsgpackReader in) throws IOException {
    long of = in.readLong();
    requests.add(of);
    in.skip();
    List<?> flat = (List<?>) PlainValue.read(in);
    Map<?, ?> options = in.remaining() > 0 ? (Map<?, ?>) PlainValue.read(in) : Map.of();
    // Requests may take long in a handler, so each is answered on a thread of its own, as Python's loop would.
    for (int i = 0; i < flat.size(); i += 3) {
      int at = i;
      Map<?, ?> own = options.get((long) (i / 3)) instanceof Map<?, ?> map ? map : Map.of();
      arrived.add(List.of(flat.get(at + 1), flat.get(at + 2)));
      Thread thread = new Thread(() -> answer(of, at / 3, (String) flat.get(at), (String) flat.get(at + 1), (List<?>) flat.get(at + 2), own));
      thread.setDaemon(true);
      thread.start();
    }
  }

  private void answer(long of, int index, String target, String method, List<?> args, Map<?, ?> options) {
    MsgpackWriter out = new MsgpackWriter();
    out.writeArrayHeader(4);
    out.writeLong(Protocol.PARTIAL);
    out.writeLong(of);
    PlainValue.write(out, List.of((long) index));
    out.writeArrayHeader(1);
    try {
      PlainValue.write(out, handler.handle(target, method, args, options));
    } catch (GuestFailure failure) {
      ErrorPayload.writeRaised(out, failure);
    }
    try {
      raw(out.toByteArray());
    } catch (IOException e) {
      closed.countDown();
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}

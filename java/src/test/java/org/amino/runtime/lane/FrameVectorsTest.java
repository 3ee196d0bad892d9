package org.amino.runtime.lane;

import static org.amino.runtime.testing.FrameVectors.failure;
import static org.amino.runtime.testing.FrameVectors.named;
import static org.amino.runtime.testing.FrameVectors.plain;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.schedule.Call;
import org.amino.runtime.testing.CounterGuests;
import org.amino.runtime.testing.FrameVectors;
import org.amino.runtime.testing.FrameVectors.Vector;
import org.amino.runtime.testing.Host;
import org.amino.runtime.testing.LaneClient;
import org.amino.runtime.wire.ErrorPayload;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.PlainValue;
import org.amino.runtime.wire.Protocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The frames of {@code tests/conformance/frames.json}, over a real lane, and as this half writes them. */
@Timeout(60)
class FrameVectorsTest {
  static Stream<Vector> requests() {
    return FrameVectors.ALL.stream().filter(vector -> vector.kind().equals("request") && !vector.list("calls").isEmpty());
  }

  static Stream<Vector> replies() {
    return FrameVectors.ALL.stream().filter(vector -> vector.kind().matches("reply|partial") && !vector.list("outcomes").isEmpty());
  }

  private static void assertSame(GuestFailure wanted, GuestFailure seen) {
    assertEquals(Arrays.asList(wanted.code, wanted.type, wanted.getMessage(), wanted.stack, wanted.details, wanted.outcome),
        Arrays.asList(seen.code, seen.type, seen.getMessage(), seen.stack, seen.details, seen.outcome));
    if (wanted.getCause() == null) {
      assertNull(seen.getCause());
    } else {
      assertSame((GuestFailure) wanted.getCause(), (GuestFailure) seen.getCause());
    }
  }

  private static int option(String name) throws ReflectiveOperationException {
    return Protocol.Option.class.getField(name.toUpperCase(Locale.ROOT)).getInt(null);
  }

  /** What options travel as, without those that the half sets itself when it passes a call on. */
  private static Map<Long, Object> options(Map<?, ?> described) throws ReflectiveOperationException {
    Map<Long, Object> options = new LinkedHashMap<>();
    for (Map.Entry<?, ?> each : described.entrySet()) {
      String name = (String) each.getKey();
      Object content = each.getValue();
      if (name.equals("kwargs") || name.equals("headers")) {
        Map<Object, Object> map = new LinkedHashMap<>();
        ((List<?>) content).forEach(pair -> map.put(((List<?>) pair).get(0), plain((Map<?, ?>) ((List<?>) pair).get(1))));
        content = map;
      }
      options.put((long) option(name), content instanceof Number number ? (Object) number.longValue() : content);
    }
    options.remove((long) Protocol.Option.CLIENT);
    return options;
  }

  private record Seen(String target, String method, List<?> args, Map<?, ?> options) {}

  @ParameterizedTest
  @MethodSource("requests")
  void aRequestIsReadAndPassedOn(Vector vector) throws Exception {
    LinkedBlockingQueue<Seen> seen = new LinkedBlockingQueue<>();
    LaneClient.Handler handler = (target, method, args, options) -> {
      seen.add(new Seen(target, method, args, options));
      return null;
    };
    try (Host host = new Host(new CounterGuests(), handler); LaneClient client = LaneClient.connect(host.socket(), null)) {
      client.raw(named("hello of a client").bytes());
      client.raw(vector.bytes());
      Map<String, Seen> byLabel = new LinkedHashMap<>();
      List<?> calls = vector.list("calls");
      List<Seen> all = new ArrayList<>();
      for (int i = 0; i < calls.size(); i++) {
        Seen one = seen.poll(20, TimeUnit.SECONDS);
        all.add(one);
        byLabel.put(one.target + "." + one.method, one);
      }
      for (Object each : calls) {
        Map<?, ?> call = (Map<?, ?>) each;
        assertTrue(byLabel.containsKey(call.get("target") + "." + call.get("method")), all.toString());
        matchOptions(call, all);
      }
    }
  }

  /** One of the calls that came has the arguments and the options of the description. */
  private static void matchOptions(Map<?, ?> call, List<Seen> all) throws ReflectiveOperationException {
    Map<Long, Object> wanted = options(call.get("options") == null ? Map.of() : (Map<?, ?>) call.get("options"));
    String description = call + " among " + all;
    assertTrue(all.stream().anyMatch(seen -> {
      Map<Object, Object> options = new LinkedHashMap<>(seen.options);
      options.keySet().removeIf(key -> (Long) key > Protocol.Option.CLIENT);
      assertEquals("c1", options.remove((long) Protocol.Option.CLIENT));
      if (!wanted.containsKey((long) Protocol.Option.REQUEST_ID)) {
        options.remove((long) Protocol.Option.REQUEST_ID);
      }
      return seen.target.equals(call.get("target")) && seen.method.equals(call.get("method")) && sameArguments((List<?>) call.get("args"), seen.args)
          && wanted.equals(options);
    }), description);
  }

  private static boolean sameArguments(List<?> described, List<?> seen) {
    for (int i = 0; i < seen.size(); i++) {
      Map<?, ?> each = (Map<?, ?>) described.get(i);
      boolean same = each.containsKey("bytes") ? Arrays.equals(HexFormat.of().parseHex((String) each.get("bytes")), (byte[]) seen.get(i))
          : java.util.Objects.equals(plain(each), seen.get(i));
      if (!same) {
        return false;
      }
    }
    return described.size() == seen.size();
  }

  @ParameterizedTest
  @MethodSource("replies")
  void aReplyIsReadAndPassedBack(Vector vector) throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    LaneClient.Handler handler = (target, method, args, options) -> {
      try {
        over.await();
      } catch (InterruptedException ended) {
        Thread.currentThread().interrupt();
      }
      return null;
    };
    List<?> outcomes = vector.list("outcomes");
    List<?> indexes = vector.kind().equals("partial") ? vector.list("indexes") : null;
    int count = indexes == null ? outcomes.size() : indexes.stream().mapToInt(index -> ((Number) index).intValue()).max().orElseThrow() + 1;
    try (Host host = new Host(new CounterGuests(), handler); LaneClient client = host.client("c1")) {
      @SuppressWarnings({"unchecked", "rawtypes"})
      List<Object>[] calls = new List[count];
      Arrays.fill(calls, LaneClient.to("elsewhere", "get"));
      List<CompletableFuture<Object>> futures = client.send(0, null, calls);
      host.python().raw(numbered(vector, host.python().requested()));
      for (int i = 0; i < outcomes.size(); i++) {
        CompletableFuture<Object> future = futures.get(indexes == null ? i : ((Number) indexes.get(i)).intValue());
        Map<?, ?> outcome = (Map<?, ?>) outcomes.get(i);
        if (outcome.containsKey("raised")) {
          assertSame(failure((List<?>) outcome.get("raised")), LaneClient.failure(future));
        } else {
          assertEquals(HexFormat.of().formatHex(encoded(vector, i)), HexFormat.of().formatHex(PlainValue.encode(LaneClient.result(future))));
        }
      }
    } finally {
      over.countDown();
    }
  }

  /** The frame as the answer to another request. */
  private static byte[] numbered(Vector vector, long seq) {
    MsgpackReader in = new MsgpackReader(vector.bytes());
    int size = in.readArrayHeader();
    MsgpackWriter out = new MsgpackWriter();
    out.writeArrayHeader(size);
    out.writeLong(in.readLong());
    in.readLong();
    out.writeLong(seq);
    out.writeRaw(vector.bytes(), in.position(), vector.bytes().length - in.position());
    return out.toByteArray();
  }

  /** The bytes of one outcome. */
  private static byte[] encoded(Vector vector, int index) {
    MsgpackReader in = new MsgpackReader(vector.bytes());
    in.readArrayHeader();
    for (int i = 0; i < (vector.kind().equals("partial") ? 3 : 2); i++) {
      in.skip();
    }
    in.readArrayHeader();
    for (int i = 0; i < index; i++) {
      in.skip();
    }
    int from = in.position();
    in.skip();
    return Arrays.copyOfRange(vector.bytes(), from, in.position());
  }

  @ParameterizedTest
  @MethodSource("replies")
  void aReplyIsWritten(Vector vector) {
    if (!vector.exact()) {
      return;
    }
    List<?> outcomes = vector.list("outcomes");
    MsgpackWriter body = new MsgpackWriter();
    body.reserve(Envelope.ROOM);
    for (int i = 0; i < outcomes.size(); i++) {
      Map<?, ?> outcome = (Map<?, ?>) outcomes.get(i);
      if (outcome.containsKey("raised")) {
        ErrorPayload.writeRaised(body, failure((List<?>) outcome.get("raised")));
      } else {
        // Values are a guest's language's business, which values.json judges.
        body.writeRaw(encoded(vector, i));
      }
    }
    byte[] frame;
    if (vector.kind().equals("partial")) {
      int[] indexes = vector.list("indexes").stream().mapToInt(index -> ((Number) index).intValue()).toArray();
      frame = Envelope.partial(vector.seq(), indexes, indexes.length, body.buffer(), Envelope.ROOM, body.position());
    } else {
      int from = Envelope.reply(body, new MsgpackWriter(Envelope.ROOM, Envelope.ROOM), vector.seq(), outcomes.size());
      frame = Arrays.copyOfRange(body.buffer(), from, body.position());
    }
    assertWritten(vector, frame);
  }

  @Test
  void aGuestsRequestIsWritten() {
    Vector vector = named("request of a guest");
    MsgpackReader in = new MsgpackReader(vector.bytes());
    in.readArrayHeader();
    in.skip();
    in.skip();
    in.skip();
    in.readArrayHeader();
    String target = in.readString();
    String method = in.readString();
    int from = in.position();
    in.skip();
    Call call = new Call();
    call.aim(target, method, null, vector.bytes(), from, in.position());
    in.readMapHeader();
    in.readLong();
    call.options().read(in);
    RequestBatch batch = new RequestBatch(0);
    batch.add(call);
    assertWritten(vector, batch.frame(vector.seq()));
  }

  private static void assertWritten(Vector vector, byte[] frame) {
    assertEquals(vector.bytes().length, Envelope.getLength(frame, 0));
    assertEquals(HexFormat.of().formatHex(vector.bytes()), HexFormat.of().formatHex(frame, Protocol.LENGTH_BYTES, frame.length));
  }

  @Test
  void hellosAndPingsAreAnswered() throws Exception {
    try (Host host = new Host(); SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(host.socket()));
      DataInputStream in = new DataInputStream(Channels.newInputStream(channel));
      assertEquals(HexFormat.of().formatHex(named("hello of a kernel").bytes()), exchanged(channel, in, named("hello of a client").bytes()));
      assertEquals(HexFormat.of().formatHex(named("pong").bytes()), exchanged(channel, in, named("ping").bytes()));
    }
  }

  private static String exchanged(SocketChannel channel, DataInputStream in, byte[] frame) throws Exception {
    ByteBuffer bytes = ByteBuffer.allocate(Protocol.LENGTH_BYTES + frame.length).order(ByteOrder.LITTLE_ENDIAN).putInt(frame.length).put(frame).flip();
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    byte[] answer = new byte[Integer.reverseBytes(in.readInt())];
    in.readFully(answer);
    return HexFormat.of().formatHex(answer);
  }

  @Test
  void thereAreVectorsOfEveryKind() {
    for (String kind : List.of("hello", "request", "reply", "partial", "cancel", "goodbye", "ping", "pong")) {
      assertFalse(FrameVectors.ALL.stream().filter(vector -> vector.kind().equals(kind)).toList().isEmpty(), kind);
    }
  }
}

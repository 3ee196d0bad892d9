package org.amino.runtime.lane;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.Frames;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.PlainValue;

/** The first frame each way: who is there, and whether it may come in. */
final class Greeting {
  private Greeting() {}

  /** Reads the other end's hello, after its kind, and answers it. */
  static void receive(MsgpackReader in, Lane lane, Connection connection) throws GuestFailure {
    if (!(PlainValue.read(in) instanceof Map<?, ?> hello)) {
      throw GuestFailure.of("FRAME_INVALID", "a hello carries a map: [4, {\"v\": 1, \"client\": id, \"token\": token, \"role\": role}]");
    }
    if (!Long.valueOf(Frames.VERSION).equals(hello.get("v"))) {
      throw GuestFailure.of("FRAME_INVALID", "this kernel speaks version " + Frames.VERSION + " of the wire, the other end version " + hello.get("v") + "; upgrade the older one");
    }
    boolean kernel = "kernel".equals(hello.get("role"));
    String wanted = kernel ? lane.kernelToken() : connection.listenerToken();
    if (wanted != null && !same(wanted, hello.get("token"))) {
      throw GuestFailure.of("PERMISSION_DENIED", "the token in the hello is not the one of this " + (kernel ? "JVM" : "kernel") + "; connect with the right one");
    }
    connection.greeted(String.valueOf(hello.get("client")), kernel);
    if (kernel) {
      lane.kernelSide().attached(connection);
    }
    MsgpackWriter frame = Envelope.begin();
    frame.writeArrayHeader(2);
    frame.writeLong(Frames.HELLO);
    PlainValue.write(frame, Map.of("v", Frames.VERSION, "kernel", lane.scheduler().kernelId(), "max_frame", Frames.LIMIT));
    byte[] bytes = Envelope.finish(frame);
    connection.send(bytes, 0, bytes.length);
  }

  /** Compares in a time that does not tell how much of it was right. */
  private static boolean same(String wanted, Object shown) {
    return shown instanceof String text && MessageDigest.isEqual(wanted.getBytes(StandardCharsets.UTF_8), text.getBytes(StandardCharsets.UTF_8));
  }
}

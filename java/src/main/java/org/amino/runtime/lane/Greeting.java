package org.amino.runtime.lane;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.PlainValue;
import org.amino.runtime.wire.Protocol;
import org.amino.runtime.wire.Protocol.Code;

/** The first frame each way: who is there, and whether it may come in. */
final class Greeting {
  /** Letters of a client's id that an error repeats. */
  private static final int SHOWN = 100;

  private Greeting() {}

  /** Reads the other end's hello, after its kind, and answers it. */
  static void receive(MsgpackReader in, Lane lane, Connection connection) throws GuestFailure {
    if (!(PlainValue.read(in) instanceof Map<?, ?> hello)) {
      throw GuestFailure.of(Code.FRAME_INVALID, "a hello carries a map: [4, {\"v\": " + Protocol.VERSION + ", \"client\": id, \"token\": token, \"role\": role}]");
    }
    requireVersion(hello);
    Sender sender = Sender.of(hello.get(Protocol.Hello.ROLE));
    requireToken(sender, lane, connection, hello.get(Protocol.Hello.TOKEN));
    if (!(hello.get(Protocol.Hello.CLIENT) instanceof String client) || client.isEmpty()) {
      throw GuestFailure.of(Code.FRAME_INVALID, "a hello names its sender: \"client\" is a string that is not empty");
    }
    connection.greeted(client, sender, hello.get(Protocol.Hello.FEATURES) instanceof List<?> features && features.contains(Protocol.Feature.GOODBYE));
    if (sender != Sender.HALF && lane.isLeaving()) {
      throw lane.stopping(LastRequest.NONE);
    }
    if (sender == Sender.HALF) {
      lane.kernelSide().attached(connection);
    }
    MsgpackWriter frame = Envelope.begin();
    frame.writeArrayHeader(2);
    frame.writeLong(Protocol.HELLO);
    Map<String, Object> says = new LinkedHashMap<>();
    says.put(Protocol.Hello.VERSION, Protocol.VERSION);
    says.put(Protocol.Hello.KERNEL, lane.scheduler().kernelId());
    says.put(Protocol.Hello.MAX_FRAME, Protocol.FRAME_LIMIT);
    PlainValue.write(frame, says);
    byte[] bytes = Envelope.finish(frame);
    connection.send(bytes, 0, bytes.length);
  }

  /** The token decides about the role: what a hello says of itself is worth nothing. */
  private static void requireToken(Sender sender, Lane lane, Connection connection, Object shown) throws GuestFailure {
    String wanted = switch (sender) {
      case CLIENT -> connection.listenerToken();
      case PEER -> lane.peerToken();
      case HALF -> lane.kernelToken();
    };
    boolean open = wanted == null && sender == Sender.CLIENT;
    if (!open && (wanted == null || !same(wanted, shown))) {
      String whose = sender == Sender.HALF ? "JVM" : "kernel";
      throw GuestFailure.of(Code.PERMISSION_DENIED, "the token in the hello is not the one for a " + sender + " of this " + whose + "; connect with the right one");
    }
  }

  /** Both ends speak the same version, or the connection is refused with the side to upgrade. */
  private static void requireVersion(Map<?, ?> hello) throws GuestFailure {
    Object theirs = hello.get(Protocol.Hello.VERSION);
    if (Long.valueOf(Protocol.VERSION).equals(theirs)) {
      return;
    }
    String name = String.valueOf(hello.get(Protocol.Hello.CLIENT));
    String client = "client " + name.substring(0, Math.min(SHOWN, name.length()));
    boolean newer = theirs instanceof Long number && number > Protocol.VERSION;
    String said = theirs instanceof Long number ? "version " + number : "no version";
    throw GuestFailure.of(Code.FRAME_INVALID, client + " speaks " + said + " of the wire and this kernel version " + Protocol.VERSION
        + ": upgrade " + (newer ? "this kernel" : client));
  }

  /** Compares in a time that does not tell how much of it was right. */
  private static boolean same(String wanted, Object shown) {
    return shown instanceof String text && MessageDigest.isEqual(wanted.getBytes(StandardCharsets.UTF_8), text.getBytes(StandardCharsets.UTF_8));
  }
}

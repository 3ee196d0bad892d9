package org.amino.runtime.lane;

import static org.amino.runtime.schedule.KernelQuestions.KERNEL;

import java.util.Set;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.schedule.CallOptions;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.MsgpackType;
import org.amino.runtime.wire.Protocol;
import org.amino.runtime.wire.Protocol.Code;

/** What the other end of a connection has proved to be by the token of its hello, and what it may send. */
enum Sender {
  /** A program that uses objects. */
  CLIENT,
  /** Another kernel, which passes on calls of its clients and guests. */
  PEER,
  /** The Python half of this kernel. */
  HALF;

  /** What a client may ask the kernel itself. */
  private static final Set<String> QUESTIONS = Set.of("get", "create", "get_or_create", "command", "request");

  static Sender of(Object role) {
    if (Protocol.Role.KERNEL.equals(role)) {
      return HALF;
    }
    return Protocol.Role.PEER.equals(role) ? PEER : CLIENT;
  }

  /**
   * Why a call is refused; null when it is not.
   *
   * @param buffer the bytes that the call's options were read from
   * @param client the id that the sender gave in its hello
   */
  GuestFailure refusal(String target, String method, CallOptions options, byte[] buffer, String client) {
    if (this == HALF) {
      return null;
    }
    if (target.isEmpty()) {
      return denied("the operation " + method + " is for the kernel itself");
    }
    if (target.startsWith("@") && !(this == CLIENT && target.equals(KERNEL) && QUESTIONS.contains(method))) {
      return denied(target + "." + method + " is not for a " + this + "; a client may call " + KERNEL + ".get, " + KERNEL + ".create, " + KERNEL
          + ".get_or_create, " + KERNEL + ".command and " + KERNEL + ".request, and objects by their ids");
    }
    if (options.flag(Protocol.FLAG_MANAGERS_DONE)) {
      return denied("the call to " + target + "." + method + " has flag " + Protocol.FLAG_MANAGERS_DONE
          + " (the instance managers have run), which only the object's own kernel may set; send it without");
    }
    String reserved = options.headersFrom() < 0 ? null : reserved(new MsgpackReader(buffer, options.headersFrom(), buffer.length));
    if (reserved != null) {
      return denied("the call to " + target + "." + method + " has header " + reserved + "; names beginning with @ are the runtime's own: choose another");
    }
    if (this == CLIENT && options.namesClient() && !Set.of("", client).contains(options.client(buffer))) {
      return denied("the call to " + target + "." + method + " names another client (option " + Protocol.Option.CLIENT + ") than the hello of its connection; leave the option out");
    }
    return null;
  }

  /** A header that only the runtime itself may send, or null. */
  private static String reserved(MsgpackReader headers) {
    int pairs = headers.readMapHeader();
    for (int i = 0; i < pairs; i++) {
      String name = headers.peekType() == MsgpackType.STRING ? headers.readString() : "";
      if (name.startsWith("@")) {
        return name;
      }
      if (name.isEmpty()) {
        headers.skip();
      }
      headers.skip();
    }
    return null;
  }

  private static GuestFailure denied(String message) {
    return GuestFailure.of(Code.PERMISSION_DENIED, message);
  }

  @Override
  public String toString() {
    return switch (this) {
      case CLIENT -> Protocol.Role.CLIENT;
      case PEER -> Protocol.Role.PEER;
      case HALF -> Protocol.Role.KERNEL;
    };
  }
}

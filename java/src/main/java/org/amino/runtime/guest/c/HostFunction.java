package org.amino.runtime.guest.c;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import org.amino.runtime.guest.Fixed;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.ObjectCalls;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.MsgpackType;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.Protocol;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.Protocol.Outcome;
import org.amino.runtime.wire.ValueRules;
import org.amino.runtime.wire.WireException;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;

/** `amino_host` of `sdk/c/amino.h`: one function of an operation and three words, through which a C object calls others. */
public final class HostFunction implements ProxyExecutable {
  private static final int NOW = 32;
  private static final int RANDOM = 33;
  private static final int DRAW = 4096;
  private static final SecureRandom DRAWS = new SecureRandom();
  private static final int GET = 0;
  private static final int SELF = 1;
  private static final int PUSH_NULL = 2;
  private static final int PUSH_INT = 3;
  private static final int PUSH_DOUBLE = 4;
  private static final int PUSH_BOOL = 5;
  private static final int PUSH_STRING = 6;
  private static final int PUSH_BYTES = 7;
  private static final int PUSH_OBJECT = 8;
  private static final int CALL = 9;
  private static final int RESULT_INT = 10;
  private static final int RESULT_DOUBLE = 11;
  private static final int RESULT_SIZE = 12;
  private static final int RESULT_COPY = 13;
  private static final int ERROR = 14;
  private static final int RAISE = 15;
  private static final int RETHROW = 16;
  private static final int LOG = 17;
  private static final int PUSH_VALUE = 18;
  private static final int RESULT_VALUE = 19;
  private static final int REFUSE = 20;
  private static final int OBJECT_OF = 21;
  private static final int REFERENCE_OF = 22;

  /** A failure on its way through C frames, which know no checked exceptions. */
  static final class Raised extends RuntimeException {
    private static final long serialVersionUID = 1L;
    final transient GuestFailure failure;

    Raised(GuestFailure failure) {
      super(failure.getMessage(), failure);
      this.failure = failure;
    }
  }

  private final ObjectCalls calls;
  private CInstance instance;
  private MsgpackWriter arguments = new MsgpackWriter();
  private int count;
  private CAnswer answer = CAnswer.NULL;
  private GuestFailure failed;

  HostFunction(ObjectCalls calls) {
    this.calls = calls;
  }

  void use(CInstance owner) {
    instance = owner;
  }

  @Override
  public Object execute(Value... words) {
    try {
      return run(words[0].asInt(), words[1].asLong(), words[2].asLong(), words[3].asLong());
    } catch (GuestFailure failure) {
      // The object's code runs: whatever it is refused here, the call to it has begun.
      throw new Raised(failure.with(Outcome.RAN));
    }
  }

  private long run(int operation, long a, long b, long c) throws GuestFailure {
    switch (operation) {
      case NOW:
        return now(a);
      case RANDOM:
        byte[] drawn = random((int) Math.min(b, DRAW));
        instance.module().write(a, drawn);
        return drawn.length;
      case GET:
        return instance.references().handle(get(text(a, b)));
      case SELF:
        return instance.references().handle(instance.ownReference());
      case CALL:
        return call(a, text(b, c));
      case RESULT_INT:
        return answer.word();
      case RESULT_DOUBLE:
        return Double.doubleToRawLongBits(answer.number());
      case RESULT_SIZE:
        return answer.octets().length;
      case RESULT_COPY:
        instance.module().write(a, answer.octets());
        return 0;
      case ERROR:
        answer = CAnswer.text(failed == null ? "" : a == 0 ? failed.code : a == 1 ? failed.type : failed.getMessage());
        return 0;
      case RAISE:
        throw raised(text(a, b));
      case RETHROW:
        throw failed == null ? GuestFailure.of(Code.INTERNAL, "there is no error to throw on") : failed.uncaught("");
      case LOG:
        calls.log("info", text(a, b));
        return 0;
      case RESULT_VALUE:
        answer = answer.whole();
        return answer.octets().length;
      case REFUSE:
        throw new Raised(refused(text(a, b), c));
      case OBJECT_OF:
        return instance.references().handle(reference(instance.module().read(a, b)));
      case REFERENCE_OF:
        answer = CAnswer.ofOctets(instance.references().reference(a));
        return answer.octets().length;
      default:
        return push(operation, a, b);
    }
  }

  /** The object's own decoder refuses an argument, or its encoder a result. */
  private static GuestFailure refused(String message, long result) {
    return result == 0 ? GuestFailure.of(Code.ARGUMENT_INVALID, message).with(Outcome.NOT_RUN)
        : GuestFailure.of(Code.VALUE_INVALID, message).with(Outcome.RAN);
  }

  private static byte[] reference(byte[] encoded) throws GuestFailure {
    try {
      MsgpackReader in = new MsgpackReader(encoded);
      if (in.peekType() == MsgpackType.EXTENSION && in.readExtensionHeader().type() == Protocol.Extension.REFERENCE) {
        ValueRules.reference(in);
        return encoded;
      }
    } catch (WireException invalid) {
      throw GuestFailure.of(Code.VALUE_INVALID, "these bytes are no reference to an object: " + invalid.getMessage());
    }
    throw GuestFailure.of(Code.VALUE_INVALID, "these bytes are no reference to an object");
  }

  private byte[] random(int count) {
    Fixed fixed = calls.fixed();
    if (fixed != null) {
      return fixed.bytes(count);
    }
    byte[] drawn = new byte[count];
    DRAWS.nextBytes(drawn);
    return drawn;
  }

  /** In nanoseconds: 0 since 1970, any other clock since some moment. */
  private long now(long clock) {
    Fixed fixed = calls.fixed();
    if (fixed != null) {
      return fixed.now();
    }
    Instant now = Instant.now();
    return clock == 0 ? Math.addExact(Math.multiplyExact(now.getEpochSecond(), 1_000_000_000L), now.getNano()) : System.nanoTime();
  }

  /** C has no place for the answer's failure, so that it cannot catch it. */
  private byte[] get(String name) throws GuestFailure {
    try {
      return calls.get(name);
    } catch (GuestFailure failure) {
      throw failure.uncaught("");
    }
  }

  private String text(long address, long size) {
    return new String(instance.module().read(address, size), StandardCharsets.UTF_8);
  }

  private long push(int operation, long a, long b) throws GuestFailure {
    switch (operation) {
      case PUSH_NULL -> arguments.writeNil();
      case PUSH_INT -> arguments.writeLong(a);
      case PUSH_DOUBLE -> arguments.writeDouble(Double.longBitsToDouble(a));
      case PUSH_BOOL -> arguments.writeBoolean(a != 0);
      case PUSH_STRING -> arguments.writeString(text(a, b));
      case PUSH_BYTES -> arguments.writeBytes(instance.module().read(a, b));
      case PUSH_OBJECT -> instance.references().write(arguments, (int) a);
      case PUSH_VALUE -> {
        byte[] encoded = instance.module().read(a, b);
        CValues.requireValue(encoded, "an argument");
        arguments.writeRaw(encoded);
      }
      default -> throw GuestFailure.of(Code.ARTIFACT_INVALID, "the artifact asks for operation " + operation + "; compile it with this version's amino.h");
    }
    count++;
    return 0;
  }

  private byte[] takeArguments() {
    MsgpackWriter whole = new MsgpackWriter();
    whole.writeArrayHeader(count);
    whole.writeRaw(arguments.buffer(), 0, arguments.position());
    forget();
    return whole.toByteArray();
  }

  /** Drops what was pushed for a call that did not come. */
  void forget() {
    arguments = new MsgpackWriter();
    count = 0;
  }

  private GuestFailure raised(String message) {
    MsgpackReader pushed = new MsgpackReader(takeArguments());
    String type = pushed.readArrayHeader() == 1 ? pushed.readString() : "Error";
    return new GuestFailure(Code.GUEST_EXCEPTION, type, message, "", null, null);
  }

  private long call(long handle, String method) throws GuestFailure {
    byte[] args = takeArguments();
    String id = References.id(instance.references().reference(handle));
    try {
      answer = CAnswer.read(calls.call(id, method, args, null), instance);
      failed = null;
      return answer.kind();
    } catch (GuestFailure failure) {
      failed = failure;
      return CAnswer.FAILED;
    } catch (WireException invalid) {
      failed = GuestFailure.of(invalid.code(), invalid.getMessage());
      return CAnswer.FAILED;
    }
  }

  /** An encoded reference. */
  static byte[] encode(String id, String className) {
    MsgpackWriter out = new MsgpackWriter();
    int mark = out.beginExtension();
    out.writeArrayHeader(4);
    out.writeString(id);
    out.writeString(className);
    out.writeLong(0);
    out.writeNil();
    out.endExtension(mark, Protocol.Extension.REFERENCE);
    return out.toByteArray();
  }
}

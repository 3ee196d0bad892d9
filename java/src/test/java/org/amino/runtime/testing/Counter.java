package org.amino.runtime.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.GuestMember;
import org.amino.runtime.guest.GuestObject;
import org.amino.runtime.guest.PendingResult;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.PlainValue;

/** A guest object. Its members: incr, get, record, seen, echo, named, self, fail, block, loop, pause, call, callAsync, promise, log, logInterrupted. */
final class Counter implements GuestObject {
  /** A member on plain values; what it returns is written. */
  private interface Plain {
    Object run(List<?> args, Map<?, ?> kwargs) throws GuestFailure;
  }

  private final CounterContext context;
  private final String id;
  private final List<Object> seen = new ArrayList<>();
  private long value;

  Counter(CounterContext context, String id, long value) {
    this.context = context;
    this.id = id;
    this.value = value;
  }

  @Override
  public GuestMember member(String name) throws GuestFailure {
    return switch (name) {
      case "incr" -> new Incr();
      case "promise" -> new Promising(this);
      case "callAsync" -> new Async();
      default -> new PlainMember(plain(name));
    };
  }

  private Plain plain(String name) throws GuestFailure {
    return switch (name) {
      case "get" -> (args, kwargs) -> value;
      case "record" -> (args, kwargs) -> {
        seen.add(args.get(0));
        return (long) seen.size();
      };
      case "seen" -> (args, kwargs) -> List.copyOf(seen);
      case "echo" -> (args, kwargs) -> args;
      case "named" -> (args, kwargs) -> kwargs;
      case "large" -> (args, kwargs) -> new byte[((Long) args.get(0)).intValue()];
      case "fail" -> (args, kwargs) -> {
        throw new GuestFailure("GUEST_EXCEPTION", "TypeError", String.valueOf(args.get(0)), "at fail", Map.of("n", 1L), null);
      };
      case "crash" -> (args, kwargs) -> {
        throw new IllegalStateException("crashed");
      };
      case "block" -> (args, kwargs) -> {
        context.block((String) args.get(0));
        return "done";
      };
      case "loop" -> (args, kwargs) -> {
        context.loop((String) args.get(0));
        return null;
      };
      case "pause" -> (args, kwargs) -> {
        context.pause((Long) args.get(0));
        return null;
      };
      case "call" -> (args, kwargs) -> call(args);
      case "fetch" -> (args, kwargs) -> PlainValue.read(new MsgpackReader(context.calls().get((String) args.get(0))));
      case "log" -> (args, kwargs) -> {
        context.calls().log("info", (String) args.get(0));
        return context.calls().currentObject();
      };
      case "self" -> (args, kwargs) -> List.of(context.calls().currentObject(), id);
      case "logInterrupted" -> (args, kwargs) -> {
        Thread.currentThread().interrupt();
        context.calls().log("info", (String) args.get(0));
        return Thread.interrupted();
      };
      default -> throw GuestFailure.of("MEMBER_NOT_FOUND", "object " + id + " (Counter) has no member " + name);
    };
  }

  /** {@code call(target, method, args…)}: calls another object and waits. */
  private Object call(List<?> args) throws GuestFailure {
    byte[] rest = PlainValue.encode(args.subList(2, args.size()));
    return PlainValue.read(new MsgpackReader(context.calls().call((String) args.get(0), (String) args.get(1), rest, null)));
  }

  private final class Incr implements GuestMember {
    @Override
    public PendingResult call(MsgpackReader args, MsgpackReader kwargs, MsgpackWriter out) throws GuestFailure {
      context.enter();
      try {
        args.readArrayHeader();
        value += args.readLong();
        out.writeLong(value);
      } finally {
        context.leave();
      }
      return null;
    }

    @Override
    public boolean readOnly() {
      return false;
    }
  }

  private final class PlainMember implements GuestMember {
    private final Plain plain;

    PlainMember(Plain plain) {
      this.plain = plain;
    }

    @Override
    public PendingResult call(MsgpackReader args, MsgpackReader kwargs, MsgpackWriter out) throws GuestFailure {
      context.enter();
      try {
        List<?> positional = (List<?>) PlainValue.read(args);
        Map<?, ?> named = kwargs == null ? Map.of() : (Map<?, ?>) PlainValue.read(kwargs);
        PlainValue.write(out, plain.run(positional, named));
      } finally {
        context.leave();
      }
      return null;
    }

    @Override
    public boolean readOnly() {
      return false;
    }
  }

  /** {@code promise(name)}: a promise that settles when the gate is opened, by way of the context. */
  private record Promising(Counter counter) implements GuestMember {
    @Override
    public PendingResult call(MsgpackReader args, MsgpackReader kwargs, MsgpackWriter out) throws GuestFailure {
      String name = (String) ((List<?>) PlainValue.read(args)).get(0);
      CounterContext context = counter.context;
      return settled -> {
        Thread opener = new Thread(() -> {
          try {
            context.guests().gate(name).await();
          } catch (InterruptedException e) {
            return;
          }
          context.calls().enter(() -> settled.value(PlainValue.encode("settled " + name)));
        });
        opener.setDaemon(true);
        opener.start();
        context.guests().reached(name).countDown();
      };
    }

    @Override
    public boolean readOnly() {
      return false;
    }
  }

  /** {@code callAsync(target, method, args…)}: calls another object; its own promise settles with the answer. */
  private final class Async implements GuestMember {
    @Override
    public PendingResult call(MsgpackReader args, MsgpackReader kwargs, MsgpackWriter out) throws GuestFailure {
      List<?> given = (List<?>) PlainValue.read(args);
      byte[] rest = PlainValue.encode(given.subList(2, given.size()));
      var future = context.calls().callAsync((String) given.get(0), (String) given.get(1), rest, null);
      return settled -> future.whenComplete((bytes, thrown) -> context.calls().enter(() -> {
        if (thrown == null) {
          settled.value(bytes);
        } else {
          settled.failure((GuestFailure) thrown);
        }
      }));
    }

    @Override
    public boolean readOnly() {
      return false;
    }
  }

  /** Below zero it has so many more bytes. */
  @Override
  public void snapshot(MsgpackWriter out, boolean allowLossy) {
    List<String> ballast = value < 0 ? List.of("x".repeat((int) -value)) : List.of();
    PlainValue.write(out, Map.of("format", "values", "language", "js", "data", value, "lost", ballast));
  }

  @Override
  public void sync(MsgpackReader state) {
    value = (Long) ((Map<?, ?>) PlainValue.read(state)).get("data");
  }

  @Override
  public void discard() {
    seen.clear();
  }
}

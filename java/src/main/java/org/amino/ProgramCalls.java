package org.amino;

import static org.amino.runtime.schedule.KernelQuestions.KERNEL;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.ObjectCalls;
import org.amino.runtime.schedule.Call;
import org.amino.runtime.schedule.HostedObject;
import org.amino.runtime.schedule.InstanceIds;
import org.amino.runtime.schedule.NamedArguments;
import org.amino.runtime.schedule.Scheduler;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.PlainValue;
import org.amino.runtime.wire.Protocol.Code;

/**
 * How the program calls objects: those of this JVM through the scheduler, all others through the kernel's Python half. On a thread that runs an object's
 * method, the call is that object's, so that it may come back to it.
 */
final class ProgramCalls implements ObjectCalls {
  /** The Python half itself, as this program alone may address it. */
  private static final String PYTHON_HALF = "";

  private final Scheduler scheduler;
  private final long patience;
  private final String client = "program " + UUID.randomUUID();
  private final AtomicLong numbers = new AtomicLong();
  private final Set<Answer> open = ConcurrentHashMap.newKeySet();
  private volatile GuestFailure ended;

  /** @param callTime how long a call may take */
  ProgramCalls(Scheduler scheduler, Duration callTime) {
    this.scheduler = scheduler;
    this.patience = callTime.toNanos();
  }

  @Override
  public byte[] call(String target, String method, byte[] args, byte[] kwargs) throws GuestFailure {
    ObjectCalls inside = RunningMethod.calls();
    if (inside != null) {
      return inside.call(target, method, args, kwargs);
    }
    InstanceIds.requireObject(target, method);
    return await(begin(target, method, args, kwargs));
  }

  @Override
  public CompletableFuture<byte[]> callAsync(String target, String method, byte[] args, byte[] kwargs) {
    ObjectCalls inside = RunningMethod.calls();
    if (inside != null) {
      return inside.callAsync(target, method, args, kwargs);
    }
    CompletableFuture<byte[]> result = new CompletableFuture<>();
    try {
      InstanceIds.requireObject(target, method);
    } catch (GuestFailure denied) {
      result.completeExceptionally(denied);
      return result;
    }
    // What the program does with the result must not run on a thread that holds a context.
    begin(target, method, args, kwargs).answer.future().whenCompleteAsync((value, failure) -> {
      if (failure == null) {
        result.complete(value);
      } else {
        result.completeExceptionally(failure);
      }
    });
    return result;
  }

  /** Asks the kernel's Python half what only its program may ask. */
  byte[] ask(String method, Object... args) throws GuestFailure {
    return await(begin(PYTHON_HALF, method, PlainValue.encode(Arrays.asList(args)), null));
  }

  private record Begun(Call call, Answer answer) {}

  private Begun begin(String target, String method, byte[] args, byte[] kwargs) {
    Answer answer = new Answer(client + "/" + numbers.incrementAndGet());
    Call call = new Call();
    HostedObject callee = target.isEmpty() || target.charAt(0) == '@' ? null : scheduler.objects().find(target);
    if (callee != null && !callee.takesClientCalls(call.options())) {
      callee = null;
    }
    call.aim(target, method, callee, args, 0, args.length);
    if (kwargs != null) {
      NamedArguments.attach(call, args, kwargs);
    }
    call.reply(answer, 0, System.nanoTime() + patience);
    open.add(answer);
    answer.future().whenComplete((value, failure) -> open.remove(answer));
    GuestFailure over = ended;
    if (over != null) {
      answer.fail(over);
    } else {
      scheduler.send(call);
    }
    return new Begun(call, answer);
  }

  private byte[] await(Begun begun) throws GuestFailure {
    try {
      return begun.answer.future().get();
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof GuestFailure failure) {
        throw failure;
      }
      throw new IllegalStateException(failed.getCause());
    } catch (InterruptedException stopped) {
      scheduler.cancel(begun.call);
      Thread.currentThread().interrupt();
      throw GuestFailure.of(Code.CANCELLED, begun.call.label() + " was given up since the thread that waited for it was interrupted");
    }
  }

  /** Nothing will be answered any more. */
  void end(GuestFailure why) {
    ended = why;
    for (Answer answer : open) {
      answer.fail(why);
    }
  }

  @Override
  public void enter(Runnable task) {
    scheduler.workers().execute(task);
  }

  @Override
  public byte[] get(String name) throws GuestFailure {
    ObjectCalls inside = RunningMethod.calls();
    return inside != null ? inside.get(name) : await(begin(KERNEL, "get", PlainValue.encode(List.of(name)), null));
  }

  @Override
  public byte[] create(String name, byte[] args, byte[] kwargs) throws GuestFailure {
    ObjectCalls inside = RunningMethod.calls();
    if (inside != null) {
      return inside.create(name, args, kwargs);
    }
    return await(begin(KERNEL, "create", encode(List.of(name), args, kwargs), null));
  }

  @Override
  public byte[] getOrCreate(String kind, String key, byte[] args, byte[] kwargs) throws GuestFailure {
    ObjectCalls inside = RunningMethod.calls();
    if (inside != null) {
      return inside.getOrCreate(kind, key, args, kwargs);
    }
    return await(begin(KERNEL, "get_or_create", encode(List.of(kind, key), args, kwargs), null));
  }

  private static byte[] encode(List<String> names, byte[] args, byte[] kwargs) {
    MsgpackWriter all = new MsgpackWriter();
    all.writeArrayHeader(names.size() + (kwargs == null ? 1 : 2));
    names.forEach(all::writeString);
    all.writeRaw(args);
    if (kwargs != null) {
      all.writeRaw(kwargs);
    }
    return all.toByteArray();
  }

  @Override
  public void log(String level, String line) {
    scheduler.outside().log(null, level, line);
  }

  @Override
  public String currentObject() {
    ObjectCalls inside = RunningMethod.calls();
    return inside == null ? null : inside.currentObject();
  }

  @Override
  public String toString() {
    return List.of(client, scheduler.kernelId()).toString();
  }
}

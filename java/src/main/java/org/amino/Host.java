package org.amino;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.amino.runtime.Runtime;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.java.JavaGuests;
import org.amino.runtime.guest.java.JavaValues;
import org.amino.runtime.wire.Protocol.Code;

/** The parts behind {@link Amino}: the kernel's process, the JVM half in this JVM, and the program's instances. */
final class Host {
  private final KernelProcess process;
  private final KernelProcess.Ready ready;
  private final Runtime runtime;
  private final Path socket;
  private final HostGuests guests;
  private final ProgramCalls calls;
  private final Map<String, String> keys = new ConcurrentHashMap<>();
  private final AtomicBoolean over = new AtomicBoolean();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final Thread hook = new Thread(this::close, "amino-end");

  private Host(KernelProcess process, KernelProcess.Ready ready, Gateway.Entry entry, HostGuests guests, ProgramCalls calls) {
    this.process = process;
    this.ready = ready;
    this.runtime = entry.runtime();
    this.socket = entry.socket();
    this.guests = guests;
    this.calls = calls;
  }

  static Host start(HostSettings settings) {
    HostGuests guests = new HostGuests();
    try (Gateway gateway = new Gateway(guests)) {
      return join(settings, guests, gateway);
    } catch (GuestFailure failure) {
      throw new AminoException(failure);
    }
  }

  private static Host join(HostSettings settings, HostGuests guests, Gateway gateway) throws GuestFailure {
    KernelProcess process = KernelProcess.start(settings, order(settings, guests, gateway));
    try {
      KernelProcess.Ready ready = process.ready();
      ProgramCalls calls = new ProgramCalls(gateway.entry().runtime().scheduler(), settings.callTime());
      guests.use(calls);
      Host host = new Host(process, ready, gateway.entry(), guests, calls);
      host.watch();
      return host;
    } catch (GuestFailure failure) {
      process.stop();
      if (gateway.entry().runtime() != null) {
        gateway.entry().runtime().close();
      }
      throw failure;
    }
  }

  /** The kernel's settings (`amino_kernel.boot.settings`). */
  private static Map<String, Object> order(HostSettings settings, HostGuests guests, Gateway gateway) {
    Map<String, Object> order = new LinkedHashMap<>();
    order.put("oms", settings.oms());
    order.put("data_dir", settings.dataFolder().toString());
    order.put("labels", settings.labels());
    order.put("languages", settings.languages());
    order.put("allow", settings.allow());
    order.put("port", settings.port());
    order.put("log_level", settings.logLevel());
    order.put("py4j_port", gateway.port());
    order.put("py4j_token", gateway.token());
    order.put("py4j_languages", guests.languages());
    return order;
  }

  private void watch() {
    java.lang.Runtime.getRuntime().addShutdownHook(hook);
    process.ended().thenAccept(this::lost);
  }

  KernelProcess.Ready ready() {
    return ready;
  }

  long kernelProcessId() {
    return process.id();
  }

  CompletableFuture<Void> ended() {
    return ended;
  }

  Stub register(String name, Object instance, Map<String, String> labels) throws GuestFailure {
    String key = guests.keep(instance);
    try {
      Stub stub = JavaGuests.reference(calls.ask("register", name, key, instance.getClass().getSimpleName(), labels), calls);
      keys.put(stub.id(), key);
      return stub;
    } catch (GuestFailure failure) {
      guests.forget(key);
      throw failure;
    }
  }

  void unregister(String id) throws GuestFailure {
    calls.ask("unregister", id);
    String key = keys.remove(id);
    if (key != null) {
      guests.forget(key);
    }
  }

  Stub get(String nameOrId) throws GuestFailure {
    return JavaGuests.reference(calls.get(nameOrId), calls);
  }

  Stub create(String className, Object[] arguments) throws GuestFailure {
    return JavaGuests.reference(calls.create(className, JavaValues.encodeAll(arguments), null), calls);
  }

  Stub getOrCreate(String kind, String key, Object[] arguments) throws GuestFailure {
    return JavaGuests.reference(calls.getOrCreate(kind, key, JavaValues.encodeAll(arguments), null), calls);
  }

  /** The kernel's process has ended by itself. */
  private void lost(GuestFailure why) {
    if (over.compareAndSet(false, true)) {
      end(why);
      ended.completeExceptionally(new AminoException(why));
    }
  }

  void close() {
    if (over.compareAndSet(false, true)) {
      process.stop();
      end(GuestFailure.of(Code.KERNEL_UNAVAILABLE, "this program has left the cluster (Amino.close); call Amino.start to join again"));
      ended.complete(null);
    }
  }

  private void end(GuestFailure why) {
    calls.end(why);
    // What the lease would fence after a while must not answer from now on.
    runtime.close();
    try {
      java.lang.Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException ending) {
      // This is the hook, or it is about to run.
      assert ending.getMessage() != null;
    }
    try {
      Files.deleteIfExists(socket.getParent());
    } catch (IOException used) {
      // The child has not removed all of its folder yet, and will.
      assert used.getMessage() != null;
    }
  }
}

package org.amino;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.amino.runtime.guest.GuestFailure;

/**
 * A Java program as a host of a cluster: its own objects are called from every language, and it calls every object (issue 3, JVM-host embedding). The
 * kernel's Python half runs as a child process and ends with this program; its JVM half runs in here, so a call to an object of this program
 * crosses nothing but a socket.
 *
 * <pre>{@code
 * try (Amino amino = Amino.start(HostSettings.forOms("127.0.0.1:7400"))) {
 *   amino.register("account", new Account());
 *   Object count = amino.get("counter").call("incr", 5);
 * }
 * }</pre>
 */
public final class Amino implements AutoCloseable {
  private final Host host;

  private Amino(Host host) {
    this.host = host;
  }

  /** Joins the cluster whose object management service answers at an address, with default settings. */
  public static Amino start(String omsAddress) {
    return start(HostSettings.forOms(omsAddress));
  }

  /**
   * Starts the kernel and joins the cluster. Takes a second or two.
   *
   * @throws AminoException CONFIG_INVALID when the Python, the data folder or another setting cannot be used; OMS_UNAVAILABLE when the service does not
   *     answer; KERNEL_UNAVAILABLE when the kernel's process ended
   */
  public static Amino start(HostSettings settings) {
    return new Amino(Host.start(settings));
  }

  /**
   * Makes an instance of this program an object of the cluster. Its public methods are the members; calls to it are serial. It stays in this program, and
   * its name is free again when this program has ended.
   *
   * @throws AminoException NAME_TAKEN when the name belongs to an object that lives
   */
  public Stub register(String name, Object instance) {
    return register(name, instance, Map.of());
  }

  /**
   * The same with labels.
   *
   * @param labels of the object, for lists and selectors
   */
  public Stub register(String name, Object instance, Map<String, String> labels) {
    return unchecked(() -> host.register(name, instance, labels));
  }

  /** Takes an object of this program out of the cluster and frees its name. */
  public void unregister(Stub object) {
    unchecked(() -> {
      host.unregister(object.id());
      return null;
    });
  }

  /**
   * Finds an object.
   *
   * @param nameOrId its name, or its id
   * @throws AminoException NAME_NOT_FOUND, OBJECT_NOT_FOUND
   */
  public Stub get(String nameOrId) {
    return unchecked(() -> host.get(nameOrId));
  }

  /**
   * Finds an object and shows it as an interface; see {@link Stub#as}.
   *
   * @throws AminoException NAME_NOT_FOUND, OBJECT_NOT_FOUND
   */
  public <T> T get(String nameOrId, Class<T> type) {
    return get(nameOrId).as(type);
  }

  /**
   * Makes a further instance of a registered class, on a host that its selector chooses.
   *
   * @param className the name under which the class was registered
   * @param arguments of its constructor
   */
  public Stub create(String className, Object... arguments) {
    return unchecked(() -> host.create(className, arguments));
  }

  /**
   * Finds the object of a kind and a key, or makes it: one of many callers at once makes it, and all get it.
   *
   * @param kind the name under which the kind was registered
   * @param key of the object
   * @param arguments of its constructor if it is made now; none: those of the kind
   * @throws AminoException NAME_NOT_FOUND when there is no such kind
   */
  public Stub getOrCreate(String kind, String key, Object... arguments) {
    return unchecked(() -> host.getOrCreate(kind, key, arguments));
  }

  /** The id of this program's kernel. */
  public String kernelId() {
    return host.ready().kernelId();
  }

  /** Where clients reach this program's kernel, {@code host:port}. */
  public String address() {
    return host.ready().address();
  }

  /** The process of the kernel's Python half. */
  public long kernelProcessId() {
    return host.kernelProcessId();
  }

  /**
   * Completes when this program is no longer a host: with null after {@link #close}, exceptionally with {@link AminoException} KERNEL_UNAVAILABLE when the
   * kernel's process ended by itself. Waiting for it keeps a program running.
   */
  public CompletableFuture<Void> ended() {
    return host.ended();
  }

  /** Takes this program's objects out of the cluster and ends the kernel. What still runs fails. */
  @Override
  public void close() {
    host.close();
  }

  private interface Request<T> {
    T run() throws GuestFailure;
  }

  private static <T> T unchecked(Request<T> request) {
    try {
      return request.run();
    } catch (GuestFailure failure) {
      throw new AminoException(failure);
    }
  }
}

package org.amino.runtime.lane;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.amino.runtime.schedule.Scheduler;
import org.amino.runtime.wire.Protocol;

/** What the connections of one JVM half share. */
public final class Lane implements AutoCloseable {
  /** How long the other end may take to say hello. */
  public static final Duration HELLO_PATIENCE = Duration.ofMillis(Protocol.HELLO_MS);

  private final Scheduler scheduler;
  private final KernelSide kernelSide;
  private final String kernelToken;
  private final Duration helloPatience;
  private volatile String peerToken;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private final Set<Listener> listeners = ConcurrentHashMap.newKeySet();

  /**
   * @param kernelToken what the Python half must show to be let in
   * @param helloPatience how long a connection may stay open without a hello
   */
  public Lane(Scheduler scheduler, KernelSide kernelSide, String kernelToken, Duration helloPatience) {
    this.scheduler = scheduler;
    this.kernelSide = kernelSide;
    this.kernelToken = kernelToken;
    this.helloPatience = helloPatience;
  }

  Scheduler scheduler() {
    return scheduler;
  }

  KernelSide kernelSide() {
    return kernelSide;
  }

  String kernelToken() {
    return kernelToken;
  }

  String peerToken() {
    return peerToken;
  }

  /** What other kernels must show from now on; null: none is let in. */
  public void admitPeers(String token) {
    peerToken = token;
  }

  void add(Listener listener) {
    listeners.add(listener);
  }

  /** Begins to read a new connection. A silent connection would hold a thread and a descriptor for as long as it likes. */
  void accepted(Connection connection) {
    connections.add(connection);
    scheduler.workers().execute(new FrameReader(this, connection));
    Executor later = CompletableFuture.delayedExecutor(helloPatience.toMillis(), TimeUnit.MILLISECONDS, scheduler.workers()::execute);
    later.execute(() -> connection.demandHello(helloPatience));
  }

  void gone(Connection connection) {
    connections.remove(connection);
    kernelSide.detached(connection);
  }

  /** Connections that are open. */
  public int connections() {
    return connections.size();
  }

  @Override
  public void close() {
    for (Listener listener : listeners) {
      listener.close();
    }
    for (Connection connection : connections) {
      connection.close();
    }
  }
}

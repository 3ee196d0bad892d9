package org.amino.runtime.lane;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.amino.runtime.schedule.Scheduler;
import org.amino.runtime.wire.Protocol;

/** What the connections of one JVM half share. */
public final class Lane implements AutoCloseable {
  /** How long the other end may take to say hello. */
  public static final Duration HELLO_PATIENCE = Duration.ofMillis(Protocol.HELLO_MS);

  private final Scheduler scheduler;
  private final KernelSide kernelSide;
  private final String kernelToken;
  private final Doorway doorway;
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
    this.doorway = new Doorway(this, helloPatience);
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

  /** Takes a new connection, which costs no thread before it has sent its first frame. */
  void accepted(Connection connection) {
    connections.add(connection);
    doorway.admit(connection);
  }

  /** No connection can be accepted for the moment. */
  void crowded() {
    doorway.makeRoom();
  }

  /** Begins to read a connection whose first frame has come. */
  void spoken(FirstFrame first) {
    scheduler.workers().execute(new FrameReader(this, first));
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
    doorway.close();
    for (Connection connection : connections) {
      connection.close();
    }
  }
}

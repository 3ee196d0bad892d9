package org.amino.runtime.lane;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.amino.runtime.schedule.Scheduler;

/** What the connections of one JVM half share. */
public final class Lane implements AutoCloseable {
  private final Scheduler scheduler;
  private final KernelSide kernelSide;
  private final String kernelToken;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private final Set<Listener> listeners = ConcurrentHashMap.newKeySet();

  /** @param kernelToken what the Python half must show to be let in */
  public Lane(Scheduler scheduler, KernelSide kernelSide, String kernelToken) {
    this.scheduler = scheduler;
    this.kernelSide = kernelSide;
    this.kernelToken = kernelToken;
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

  void add(Listener listener) {
    listeners.add(listener);
  }

  /** Begins to read a new connection. */
  void accepted(Connection connection) {
    connections.add(connection);
    scheduler.workers().execute(new FrameReader(this, connection));
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

package org.amino.runtime.lane;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.schedule.Execution;
import org.amino.runtime.schedule.Scheduler;
import org.amino.runtime.wire.Protocol;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.Protocol.Outcome;

/** What the connections of one JVM half share. */
public final class Lane implements AutoCloseable {
  /** How long the other end may take to say hello. */
  public static final Duration HELLO_PATIENCE = Duration.ofMillis(Protocol.HELLO_MS);
  /** How long the other end may leave answers untaken that fill its socket. */
  static final Duration STALL_PATIENCE = Duration.ofSeconds(30);

  /** How often it is looked whether all answers have left. */
  private static final long PACE_NANOS = 2_000_000;

  private final Scheduler scheduler;
  private final KernelSide kernelSide;
  private final String kernelToken;
  private final LaneMemory memory = new LaneMemory(Runtime.getRuntime().maxMemory());
  private final Doorway doorway;
  private volatile String peerToken;
  private volatile boolean stops;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  /** Of connections that were closed for what they held, and whose threads have not let go of all of it yet. Of the doorway's thread. */
  private final Collection<Holdings> leaving = new ArrayList<>();
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
    try {
      scheduler.workers().execute(new FrameReader(this, first));
    } catch (RuntimeException | Error e) {
      first.connection().goodbye(Execution.failure(e));
    }
  }

  LaneMemory memory() {
    return memory;
  }

  /** Connections hold too much together: one of them is closed soon. */
  void exhausted() {
    doorway.wake();
  }

  /** Closes connections that take no answers, and those that hold most while all together hold too much. */
  void relieve(long now) {
    for (Connection connection : connections) {
      if (connection.isStalled(now)) {
        dismiss(connection, "its other end has taken no answers for " + STALL_PATIENCE.toSeconds() + " s");
      }
    }
    leaving.removeIf(closed -> closed.total() == 0);
    while (memory.isExhausted(leaving.stream().mapToLong(Holdings::total).sum())) {
      Optional<Connection> largest = connections.stream().filter(each -> each.sender() == Sender.CLIENT && each.holdings().total() > 0)
          .max(Comparator.comparingLong(each -> each.holdings().total()));
      if (largest.isEmpty()) {
        return;
      }
      leaving.add(largest.get().holdings());
      dismiss(largest.get(), "all connections together hold " + memory.held() + " bytes, and this one most of them");
    }
  }

  /** The reason goes to the log as well, for nothing can be said to an end that reads nothing. */
  private static void dismiss(Connection connection, String why) {
    String message = "closed " + connection + ", which holds " + connection.holdings().total() + " bytes: " + why;
    System.getLogger(Lane.class.getName()).log(System.Logger.Level.WARNING, Code.OVERLOADED + ": " + message);
    connection.dismiss(GuestFailure.of(Code.OVERLOADED, message + "; connect again, read answers, and let fewer calls wait"));
  }

  /** Whether the kernel stops, and no connection is taken on any more. */
  boolean isLeaving() {
    return stops;
  }

  /** Why a call is not run while the kernel stops. */
  GuestFailure stopping() {
    return stopping(Map.of());
  }

  /** What the other end of a connection is told while the kernel stops: requests behind the last one are not run. */
  GuestFailure stopping(long last) {
    return stopping(Map.of(Protocol.Goodbye.LAST, last));
  }

  private GuestFailure stopping(Map<String, Object> details) {
    String message = "kernel " + scheduler.kernelId() + " stops and has moved its objects away; this did not run. Another kernel says where its object is now";
    return new GuestFailure(Code.KERNEL_UNAVAILABLE, "AminoError", message, "", details, null, Outcome.NOT_RUN);
  }

  /**
   * The kernel stops: nothing that comes from now on is run, and what came before is answered. The other ends are told.
   *
   * @param patience how long the answers may take
   * @return how many connections still owed some then
   */
  public int leave(Duration patience) {
    stops = true;
    long end = System.nanoTime() + patience.toNanos();
    Set<Connection> left = connections.stream().filter(each -> each.isGreeted() && each.sender() != Sender.HALF).collect(Collectors.toSet());
    left.forEach(each -> each.requests().leave());
    // The other end may read slowly.
    left.forEach(each -> scheduler.workers().execute(each::leave));
    while (System.nanoTime() < end && left.stream().anyMatch(Connection::owes)) {
      LockSupport.parkNanos(PACE_NANOS);
    }
    int owing = (int) left.stream().filter(Connection::owes).count();
    left.forEach(Connection::part);
    return owing;
  }

  void gone(Connection connection) {
    connections.remove(connection);
    kernelSide.detached(connection);
  }

  /** Connections that are open. */
  public int connections() {
    return connections.size();
  }

  /** Bytes of calls and answers that connections hold. */
  public long bytesHeld() {
    return memory.held();
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

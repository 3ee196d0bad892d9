package org.amino.runtime;

import java.nio.file.Path;
import java.time.Duration;
import org.amino.runtime.bridge.Bridge;
import org.amino.runtime.bridge.Operations;
import org.amino.runtime.guest.GuestFactory;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.lane.Lane;
import org.amino.runtime.lane.Listener;
import org.amino.runtime.schedule.MachineClocks;
import org.amino.runtime.schedule.Scheduler;
import org.amino.runtime.wire.Protocol.Code;

/** The JVM half of a kernel: guests, their scheduler, and the lane on which the Python half and clients reach them. */
public final class Runtime implements AutoCloseable {
  private static final String GUESTS = "org.amino.runtime.guest.polyglot.PolyglotGuests";

  private final Scheduler scheduler;
  private final Lane lane;
  private final Path socket;

  private Runtime(Scheduler scheduler, Lane lane, Path socket) {
    this.scheduler = scheduler;
    this.lane = lane;
    this.socket = socket;
  }

  /**
   * The guest languages on the class path, for {@link #start}. Called through JPype, early: languages are loaded in the background while the
   * Python half gets ready.
   *
   * @param languages which to load; what goes wrong with one is said when it is used
   * @throws GuestFailure JVM_UNUSABLE when the languages cannot start
   */
  public static GuestFactory guests(String... languages) throws GuestFailure {
    GuestFactory guests = guests();
    Thread loading = new Thread(() -> load(guests, languages), "amino-languages");
    loading.setDaemon(true);
    loading.start();
    return guests;
  }

  private static void load(GuestFactory guests, String... languages) {
    for (String language : languages) {
      try {
        guests.prewarm(language);
      } catch (GuestFailure unusable) {
        // The caller that asks for this language is told.
        continue;
      }
    }
  }

  /**
   * Starts the JVM half. Called through JPype or py4j; everything after it goes over the socket.
   *
   * @param socketPath where the Unix socket is made, in a folder that only its owner can enter
   * @param token what the Python half shows in its hello
   * @param kernelId the id of the kernel
   * @param guests what {@link #guests} gave
   * @return the path it listens on
   * @throws GuestFailure PORT_TAKEN when it cannot listen there
   */
  public static String start(String socketPath, String token, String kernelId, GuestFactory guests) throws GuestFailure {
    Runtime runtime = open(Path.of(socketPath), token, kernelId, guests);
    runtime.scheduler.guardHeap();
    return runtime.socket.toString();
  }

  /** The same for a host program that brings its own guests and ends the JVM half itself. */
  public static Runtime open(Path socket, String token, String kernelId, GuestFactory guests) throws GuestFailure {
    return open(socket, token, kernelId, guests, Lane.HELLO_PATIENCE, MachineClocks.SYSTEM);
  }

  /**
   * The same with times and clocks of the caller's choice.
   *
   * @param helloPatience how long a connection may stay open without a hello
   * @param clocks by which the kernel's lease is measured
   */
  public static Runtime open(Path socket, String token, String kernelId, GuestFactory guests, Duration helloPatience,
      MachineClocks clocks) throws GuestFailure {
    Scheduler scheduler = new Scheduler(kernelId, guests, clocks);
    Bridge bridge = new Bridge(scheduler);
    Lane lane = new Lane(scheduler, bridge, token, helloPatience);
    Runtime runtime = new Runtime(scheduler, lane, socket);
    bridge.use(new Operations(scheduler, lane, runtime::close));
    scheduler.start(bridge);
    try {
      Listener.unix(lane, socket, token);
    } catch (GuestFailure failure) {
      runtime.close();
      throw failure;
    }
    return runtime;
  }

  /** The languages come with another part of the jar, so that this one can be tested without them. */
  private static GuestFactory guests() throws GuestFailure {
    try {
      return (GuestFactory) Class.forName(GUESTS).getConstructor().newInstance();
    } catch (ReflectiveOperationException | LinkageError e) {
      throw new GuestFailure(Code.JVM_UNUSABLE, e.getClass().getSimpleName(), "the guest languages cannot start (" + e + "); are GraalVM's jars on the class path?", "", null, e);
    }
  }

  /** For a host program that calls objects itself. */
  public Scheduler scheduler() {
    return scheduler;
  }

  /** Stops listening and ends all connections. */
  @Override
  public void close() {
    lane.close();
    scheduler.close();
  }
}

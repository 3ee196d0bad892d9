package org.amino.runtime.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.amino.runtime.Runtime;
import org.amino.runtime.guest.GuestFactory;
import org.amino.runtime.lane.Lane;
import org.amino.runtime.schedule.MachineClocks;

/** A JVM half, with counters unless other guests are given, and its Python half in miniature. */
public final class Host implements AutoCloseable {
  public static final String TOKEN = "secret";

  private final Path folder;
  private final Path socket;
  private final GuestFactory guests;
  private final Runtime runtime;
  private final LaneClient python;

  public Host(GuestFactory guests, LaneClient.Handler handler) throws Exception {
    this(guests, handler, MachineClocks.SYSTEM);
  }

  public Host(GuestFactory guests, LaneClient.Handler handler, MachineClocks clocks) throws Exception {
    this.guests = guests;
    this.folder = Files.createTempDirectory("amino");
    this.socket = folder.resolve("lane");
    this.runtime = Runtime.open(socket, TOKEN, "k1", guests, Lane.HELLO_PATIENCE, clocks);
    this.python = LaneClient.connect(socket, handler).greet("python", TOKEN, "kernel");
  }

  public Host() throws Exception {
    this(new CounterGuests(), (target, method, args, options) -> {
      throw org.amino.runtime.guest.GuestFailure.of("OBJECT_NOT_FOUND", target);
    });
  }

  /** Its guests, where they are counters. */
  public CounterGuests guests() {
    return (CounterGuests) guests;
  }

  public LaneClient python() {
    return python;
  }

  public Path socket() {
    return socket;
  }

  /** A client that has said hello. */
  public LaneClient client(String id) throws Exception {
    return LaneClient.connect(socket, null).greet(id, TOKEN, "client");
  }

  /** Loads an artifact with that many contexts. */
  public void load(String hash, int contexts) throws Exception {
    python.call("", "load", hash, "js", "/", "counter", Map.of("contexts", contexts));
  }

  public void create(String id, String hash, Map<String, Object> options) throws Exception {
    python.call("", "create", id, 1, hash, java.util.List.of(), Map.of(), options);
  }

  public void create(String id, String hash) throws Exception {
    create(id, hash, Map.of());
  }

  @Override
  public void close() throws IOException {
    runtime.close();
    python.close();
    Files.deleteIfExists(socket);
    Files.deleteIfExists(folder);
  }
}

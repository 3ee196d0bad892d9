package org.amino.runtime.lane;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.locks.LockSupport;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.Protocol.Code;

/** Accepts connections on a Unix socket or a TCP port. */
public final class Listener implements AutoCloseable {
  private static final long RETRY_NANOS = 20_000_000;

  private final ServerSocketChannel server;
  private final Lane lane;
  private final String token;
  private final Path path;

  private Listener(ServerSocketChannel server, Lane lane, String token, Path path) {
    this.server = server;
    this.lane = lane;
    this.token = token;
    this.path = path;
  }

  /**
   * Listens on a Unix socket that only this user may open. A socket left by a process that has ended is replaced.
   *
   * @param token what clients must show, or null
   * @throws GuestFailure PORT_TAKEN when the path cannot be used
   */
  public static Listener unix(Lane lane, Path path, String token) throws GuestFailure {
    try {
      Files.deleteIfExists(path);
      ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      server.bind(UnixDomainSocketAddress.of(path), 128);
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
      return start(new Listener(server, lane, token, path), path.toString());
    } catch (IOException | UnsupportedOperationException e) {
      throw new GuestFailure(Code.PORT_TAKEN, "AminoError", "cannot listen on the Unix socket " + path + ": " + e.getMessage()
          + "; choose a shorter path in a folder that you may write", "", null, e);
    }
  }

  /**
   * Listens on a TCP port.
   *
   * @param port 0 for any that is free
   * @throws GuestFailure PORT_TAKEN, or ADDRESS_REFUSED when the host is not an address of this machine
   */
  public static Listener tcp(Lane lane, String host, int port, String token) throws GuestFailure {
    try {
      ServerSocketChannel server = ServerSocketChannel.open();
      server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      server.bind(new InetSocketAddress(InetAddress.getByName(host), port), 128);
      return start(new Listener(server, lane, token, null), host + ":" + port);
    } catch (IOException | IllegalArgumentException e) {
      throw new GuestFailure(Code.PORT_TAKEN, "AminoError", "cannot listen on " + host + ":" + port + ": " + e.getMessage() + "; choose another port", "", null, e);
    }
  }

  private static Listener start(Listener listener, String where) {
    listener.lane.add(listener);
    Thread thread = new Thread(listener::accept, "amino-accept-" + where);
    thread.setDaemon(true);
    thread.start();
    return listener;
  }

  private void accept() {
    while (server.isOpen()) {
      try {
        SocketChannel channel = server.accept();
        if (path == null) {
          channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        }
        lane.accepted(new Connection(channel, lane, token));
      } catch (IOException e) {
        // Closed, or one connection that failed while it was made. For want of file descriptors the next one would fail at once, too.
        if (server.isOpen()) {
          lane.crowded();
        }
        LockSupport.parkNanos(RETRY_NANOS);
      }
    }
  }

  /** The port it listens on; 0 for a Unix socket. */
  public int port() throws IOException {
    return path != null ? 0 : ((InetSocketAddress) server.getLocalAddress()).getPort();
  }

  @Override
  public void close() {
    try {
      server.close();
      if (path != null) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      // Nothing depends on it any more.
      return;
    }
  }
}

package org.amino;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import org.amino.runtime.Runtime;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.Protocol.Code;
import py4j.GatewayServer;

/**
* The gateway through which the kernel's Python half drives this JVM: py4j on loopback, on a free port. Its token lets any process run code here, so the token
 * travels through the child's input only, and the gateway is closed as soon as the JVM half has started.
 */
final class Gateway implements AutoCloseable {
  private static final byte[] LOOPBACK = {127, 0, 0, 1};
  private static final int TOKEN_BYTES = 24;

  /** What the Python half calls; public, since py4j finds it by reflection. */
  public static final class Entry {
    private final HostGuests guests;
    private volatile Runtime runtime;
    private volatile Path socket;

    Entry(HostGuests guests) {
      this.guests = guests;
    }

    /** See {@link Runtime#start}. */
    public synchronized String start(String socketPath, String token, String kernelId) throws GuestFailure {
      if (runtime != null) {
        throw GuestFailure.of(Code.JVM_UNUSABLE, "this Java program has its kernel already; start another program");
      }
      socket = Path.of(socketPath);
      runtime = Runtime.open(socket, token, kernelId, guests);
      return socketPath;
    }

    Runtime runtime() {
      return runtime;
    }

    Path socket() {
      return socket;
    }
  }

  private final Entry entry;
  private final String token = newToken();
  private final GatewayServer server;

  Gateway(HostGuests guests) {
    entry = new Entry(guests);
    InetAddress loopback = loopback();
    server = new GatewayServer.GatewayServerBuilder(entry).javaAddress(loopback).javaPort(0).authToken(token).callbackClient(0, loopback, token).build();
    // py4j gives its threads the kind of the one that starts them.
    Thread thread = new Thread(() -> server.start(true), "amino-gateway");
    thread.setDaemon(true);
    thread.start();
    try {
      thread.join();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private static InetAddress loopback() {
    try {
      return InetAddress.getByAddress(LOOPBACK);
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static String newToken() {
    byte[] random = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(random);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }

  int port() {
    return server.getListeningPort();
  }

  String token() {
    return token;
  }

  Entry entry() {
    return entry;
  }

  @Override
  public void close() {
    server.shutdown();
  }
}

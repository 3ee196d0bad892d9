package org.amino.runtime.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.testing.CounterGuests;
import org.amino.runtime.testing.Host;
import org.amino.runtime.testing.LaneClient;
import org.amino.runtime.wire.EncodedValue;
import org.amino.runtime.wire.Protocol;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What clients, other kernels and the Python half may send, and how each proves what it is. */
class SenderTest {
  private static final String PEER_TOKEN = "of the cluster";

  /** What reached the Python half: target, method, options. */
  private final ConcurrentLinkedQueue<List<Object>> forwarded = new ConcurrentLinkedQueue<>();
  private Host host;

  @BeforeEach
  void start() throws Exception {
    host = new Host(new CounterGuests(), (target, method, args, options) -> {
      forwarded.add(List.of(target, method, options));
      return "forwarded";
    });
    host.load("a", 1);
    host.python().call("", "create", "o", 1, "a", List.of(), Map.of(), Map.of());
  }

  @AfterEach
  void stop() throws Exception {
    host.close();
  }

  private static Object answer(LaneClient client, Map<Integer, Object> options, String target, String method, Object... args) throws Exception {
    CompletableFuture<Object> future = client.send(0, options == null ? null : Map.of(0, options), LaneClient.to(target, method, args)).get(0);
    return future.get(50, TimeUnit.SECONDS);
  }

  private static GuestFailure failure(LaneClient client, Map<Integer, Object> options, String target, String method, Object... args) {
    ExecutionException failed = assertThrows(ExecutionException.class, () -> answer(client, options, target, method, args));
    return (GuestFailure) failed.getCause();
  }

  private static void assertDenied(LaneClient client, Map<Integer, Object> options, String target, String method, Object... args) {
    assertEquals("PERMISSION_DENIED", failure(client, options, target, method, args).code, target + "." + method);
  }

  private LaneClient peer() throws Exception {
    host.python().call("", "admit", PEER_TOKEN);
    return LaneClient.connect(host.socket(), null).greet("k2", PEER_TOKEN, "peer");
  }

  @Test
  void aClientMayAskTheKernelOnlyWhatIsListed() throws Exception {
    try (LaneClient client = host.client("c")) {
      assertEquals("forwarded", answer(client, null, "@kernel", "get", "name"));
      assertEquals("forwarded", answer(client, null, "@kernel", "create", "name"));
      forwarded.clear();
      for (String method : List.of("log", "lost", "stuck", "register", "unregister", "other")) {
        assertDenied(client, null, "@kernel", method, List.of("o"));
        assertDenied(client, null, "", method, List.of("o"));
      }
      assertDenied(client, null, "@other", "get", "name");
      assertDenied(client, null, "", "destroy", "o");
      assertEquals(0, forwarded.size());
      assertEquals(1L, answer(client, null, "o", "record", 1));
    }
  }

  @Test
  void aHelloWithoutANameIsRefused() throws Exception {
    for (Object name : Arrays.asList("", null, 7)) {
      try (LaneClient client = LaneClient.connect(host.socket(), null)) {
        Map<String, Object> hello = new HashMap<>(Map.of("v", Protocol.VERSION, "role", "client", "token", Host.TOKEN));
        hello.put("client", name);
        client.frame(List.of(Protocol.HELLO, hello));
        assertEquals("FRAME_INVALID", client.goodbye().code);
      }
    }
  }

  @Test
  void neitherClientNorPeerSaysThatTheInstanceManagersHaveRun() throws Exception {
    host.python().call("", "manage", "o", true);
    try (LaneClient client = host.client("c"); LaneClient peer = peer()) {
      for (LaneClient each : List.of(client, peer)) {
        assertDenied(each, Map.of(Protocol.Option.FLAGS, Protocol.FLAG_MANAGERS_DONE), "o", "record", 1);
        assertDenied(each, Map.of(Protocol.Option.FLAGS, 7), "elsewhere", "record", 1);
        assertEquals("forwarded", answer(each, Map.of(Protocol.Option.FLAGS, Protocol.FLAG_PROXIES_DONE), "o", "record", 1));
      }
    }
  }

  @Test
  void headersOfTheRuntimeItselfComeFromNobodyElse() throws Exception {
    Map<Integer, Object> fixed = Map.of(Protocol.Option.HEADERS, Map.of("own", 1, Protocol.Header.FIXED, List.of(1, 2)));
    try (LaneClient client = host.client("c"); LaneClient peer = peer()) {
      for (LaneClient each : List.of(client, peer)) {
        assertDenied(each, fixed, "o", "record", 1);
        assertDenied(each, fixed, "elsewhere", "record", 1);
        assertDenied(each, Map.of(Protocol.Option.HEADERS, Map.of("@", 1)), "o", "record", 1);
        assertEquals("forwarded", answer(each, Map.of(Protocol.Option.HEADERS, Map.of("own", "@")), "elsewhere", "record", 1));
      }
    }
    assertEquals("FRAME_INVALID", failure(host.python(), Map.of(Protocol.Option.HEADERS, Map.of(Protocol.Header.FIXED, 7)), "o", "record", 1).code);
    assertEquals("NOT_DETERMINISTIC", failure(host.python(), fixed, "o", "record", 1).code, "these guests cannot be given a time");
  }

  @Test
  void aClientNamesNobodyButItself() throws Exception {
    try (LaneClient client = host.client("c")) {
      assertDenied(client, Map.of(Protocol.Option.CLIENT, "somebody"), "elsewhere", "add");
      assertEquals("forwarded", answer(client, Map.of(Protocol.Option.CLIENT, ""), "elsewhere", "add"));
      assertEquals("c", ((Map<?, ?>) forwarded.poll().get(2)).get((long) Protocol.Option.CLIENT));
      assertEquals("forwarded", answer(client, Map.of(Protocol.Option.CLIENT, "c"), "elsewhere", "add"));
      assertEquals("c", ((Map<?, ?>) forwarded.poll().get(2)).get((long) Protocol.Option.CLIENT));
    }
  }

  @Test
  void aPeerPassesOnWhoCalls() throws Exception {
    try (LaneClient peer = peer()) {
      assertEquals("forwarded", answer(peer, Map.of(Protocol.Option.CLIENT, "somebody"), "elsewhere", "add"));
      assertEquals("somebody", ((Map<?, ?>) forwarded.poll().get(2)).get((long) Protocol.Option.CLIENT));
      assertEquals("forwarded", answer(peer, null, "elsewhere", "add"));
      assertEquals("k2", ((Map<?, ?>) forwarded.poll().get(2)).get((long) Protocol.Option.CLIENT));
      assertDenied(peer, null, "@kernel", "get", "name");
      assertDenied(peer, null, "@kernel", "lost", List.of("o"));
      assertDenied(peer, null, "", "stuck", "a", "o", "add");
    }
  }

  @Test
  void theTokenDecidesAboutTheRole() throws Exception {
    for (String[] pair : List.of(new String[] {"peer", Host.TOKEN}, new String[] {"peer", null}, new String[] {"kernel", PEER_TOKEN}, new String[] {"client", PEER_TOKEN})) {
      refused(pair[0], pair[1]);
    }
    host.python().call("", "admit", PEER_TOKEN);
    LaneClient.connect(host.socket(), null).greet("k2", PEER_TOKEN, "peer").close();
    host.python().call("", "admit", "another");
    refused("peer", PEER_TOKEN);
    host.python().call("", "admit", (Object) null);
    refused("peer", null);
  }

  private void refused(String role, String token) throws Exception {
    try (LaneClient client = LaneClient.connect(host.socket(), null)) {
      Map<String, Object> hello = new HashMap<>(Map.of("v", Protocol.VERSION, "role", role, "client", "x"));
      hello.put("token", token);
      client.frame(List.of(Protocol.HELLO, hello));
      assertEquals("PERMISSION_DENIED", client.goodbye().code, role + " " + token);
    }
  }

  @Test
  void anOptionThatCannotBeReadIsTheFailureOfItsOwnCall() throws Exception {
    List<Map<Integer, Object>> bad = new ArrayList<>();
    EncodedValue noText = new EncodedValue(new byte[] {(byte) 0xa2, (byte) 0xff, (byte) 0xfe});
    bad.add(Map.of(6, List.of("id", noText)));
    for (int key : List.of(3, 5, 7, 11)) {
      bad.add(Map.of(key, noText));
      bad.add(Map.of(key, 7));
      bad.add(Map.of(key, List.of()));
    }
    bad.addAll(List.of(Map.of(1, "no map"), Map.of(8, List.of()), Map.of(2, "soon"), Map.of(2, -1), Map.of(4, 1), Map.of(6, "no list"), Map.of(6, List.of("id", 7)),
        Map.of(9, "2"), Map.of(9, 1L << 40), Map.of(10, 1.5)));
    try (LaneClient client = host.client("c")) {
      for (Map<Integer, Object> options : bad) {
        for (String target : List.of("o", "elsewhere")) {
          GuestFailure why = failure(client, options, target, "record", 1);
          assertEquals("FRAME_INVALID", why.code, options.toString());
          assertEquals(Protocol.Outcome.NOT_RUN, why.outcome, options.toString());
        }
      }
      assertEquals(0, forwarded.size());
      assertEquals(1L, answer(client, null, "o", "record", 1));
    }
  }

  @Test
  void anOptionThatIsNilIsAbsent() throws Exception {
    try (LaneClient client = host.client("c")) {
      for (int key = 1; key <= 13; key++) {
        Map<Integer, Object> options = new HashMap<>();
        options.put(key, null);
        assertEquals("forwarded", answer(client, options, "elsewhere", "record", 1), "option " + key);
        assertEquals((long) key, answer(client, options, "o", "record", 1), "option " + key);
      }
    }
  }
}

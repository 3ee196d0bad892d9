package org.amino.runtime.lane;

import static org.amino.runtime.testing.LaneClient.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.amino.runtime.testing.Host;
import org.amino.runtime.testing.LaneClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What another process can see of the calls that run. */
@Timeout(60)
class RunningCallsTest {
  private static final int RECORD_BYTES = 256;

  @TempDir
  Path folder;

  private static List<String> running(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<String> texts = new ArrayList<>();
    for (int at = 0; at < bytes.capacity(); at += RECORD_BYTES) {
      if (bytes.getInt(at) > 0) {
        texts.add(new String(bytes.array(), at + 4, bytes.getInt(at), StandardCharsets.UTF_8));
      }
    }
    return texts;
  }

  @Test
  void aCallIsShownWhileItRunsAndNotLonger() throws Exception {
    Path file = folder.resolve("calls");
    try (Host host = new Host(); LaneClient client = host.client("c1")) {
      host.python().call("", "record", file.toString());
      host.load("h", 1);
      host.create("a/0.2", "h", Map.of("name", "näme\twith a tab"));
      host.create("b", "h");
      assertEquals(1L, client.call("a/0.2", "incr", 1));
      assertEquals(1L, client.call("b", "incr", 1));
      assertEquals(List.of(), running(file));
      CompletableFuture<Object> loop = client.send("a/0.2", "loop", "l");
      assertTrue(host.guests().reached("l").await(20, TimeUnit.SECONDS));
      assertEquals(List.of("a/0.2\tjs\th\tloop\tnäme\twith a tab"), running(file));
      client.cancel(client.lastSeq());
      assertEquals("CANCELLED", failure(loop).code);
      assertEquals(2L, client.call("b", "incr", 1));
      assertEquals(List.of(), running(file));
    }
  }

  @Test
  void longTextsAreCut() throws Exception {
    Path file = folder.resolve("calls");
    try (Host host = new Host(); LaneClient client = host.client("c1")) {
      host.python().call("", "record", file.toString());
      host.load("h", 1);
      host.create("a", "h", Map.of("name", "long".repeat(100)));
      CompletableFuture<Object> loop = client.send("a", "loop", "l");
      assertTrue(host.guests().reached("l").await(20, TimeUnit.SECONDS));
      assertTrue(running(file).get(0).startsWith("a\tjs\th\tloop\tlonglong"));
      client.cancel(client.lastSeq());
      assertEquals("CANCELLED", failure(loop).code);
    }
  }

  @Test
  void aFileThatCannotBeMadeIsAnErrorAndNothingElse() throws Exception {
    try (Host host = new Host()) {
      assertTrue(host.python().failing("", "record", folder.resolve("none/calls").toString()).getMessage().contains("none"));
      host.load("h", 1);
      host.create("a", "h");
    }
  }
}

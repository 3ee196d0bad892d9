package org.amino.runtime.fixed;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.Workbench;
import org.amino.runtime.guest.polyglot.PolyglotGuests;
import org.amino.runtime.testing.Host;
import org.amino.runtime.testing.LaneClient;
import org.amino.runtime.wire.PlainValue;
import org.amino.runtime.wire.Protocol;

/** All members of an artifact, called one after another with fixed circumstances, and the checksum of the state after them. */
public final class FixedRun {
  private FixedRun() {}

  /** The other process: folder, language, number of members, time, seed; prints what {@link #of} answers. */
  public static void main(String[] arguments) throws Exception {
    List<String> lines = of(Path.of(arguments[0]), arguments[1], Integer.parseInt(arguments[2]), Long.parseLong(arguments[3]), Long.parseLong(arguments[4]));
    System.out.write(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
    System.out.flush();
    System.exit(0);
  }

  /** A line for each outcome, then the checksum, then each member's outcome once more without circumstances. */
  static List<String> of(Path folder, String language, int members, long time, long seed) throws Exception {
    List<String> lines = new ArrayList<>();
    PolyglotGuests guests = new PolyglotGuests();
    // May take longer than the lane's client waits.
    guests.prewarm(language);
    try (Host host = new Host(guests, FixedRun::nobodyCalls)) {
      LaneClient python = host.python();
      python.call("", "load", "hash", language, folder.toString(), FixedCases.entry(language), Map.of("contexts", 1, "class", "Probe", "fixed", List.of(1, 1)));
      Map<String, Object> options = Map.of("name", "probe", "fixed", List.of(time, seed));
      python.call("", "create", "o1", 1, "hash", List.of(Workbench.referenceTo("other")), Map.of(), options);
      for (int i = 0; i < members; i++) {
        lines.add(outcome(fixed(python, "o1", "p" + i, time + i * 1_000_000_000L, seed + i)));
      }
      lines.add(HexFormat.of().formatHex((byte[]) python.call("", "state_hash", "o1")));
      for (FixedCases.Case each : FixedCases.of(language)) {
        // Others may wait without an end.
        lines.add(!List.of("time", "random").contains(each.is()) ? "" : outcome(python.send("o1", each.member())));
      }
    }
    return lines;
  }

  /** The Python half of an object that no manager makes calls for. */
  public static Object nobodyCalls(String target, String method, List<?> args, Map<?, ?> options) throws GuestFailure {
    if (target.equals("@outside")) {
      throw new GuestFailure(Protocol.Code.NOT_DETERMINISTIC, "AminoError", "no manager", "", Map.of("outside", true), null);
    }
    return null;
  }

  /** A call with circumstances, as the Python half sends it. */
  static CompletableFuture<Object> fixed(LaneClient python, String id, String member, long time, long seed) throws Exception {
    Map<Integer, Object> headers = Map.of(Protocol.Option.HEADERS, Map.of(Protocol.Header.FIXED, List.of(time, seed)));
    return python.send(0, Map.of(0, headers), LaneClient.to(id, member)).get(0);
  }

  private static String outcome(CompletableFuture<Object> future) throws Exception {
    try {
      return HexFormat.of().formatHex(PlainValue.encode(LaneClient.result(future)));
    } catch (GuestFailure failure) {
      return "error " + failure.code + " " + failure.getMessage().replace('\n', ' ');
    }
  }
}

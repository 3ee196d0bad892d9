package org.amino.runtime.fixed;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.amino.runtime.guest.Fixed;
import org.amino.runtime.guest.GuestContext;
import org.amino.runtime.guest.GuestFactory;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.GuestObject;
import org.amino.runtime.guest.StateHash;
import org.amino.runtime.guest.Workbench;
import org.amino.runtime.wire.MsgpackReader;

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
    try (Workbench bench = new Workbench(folder)) {
      GuestContext context = bench.open(new GuestFactory.Artifact("hash", language, folder, FixedCases.entry(language), "Probe", List.of()));
      GuestObject probe = bench.create(context, "probe", Workbench.referenceTo("other"));
      for (int i = 0; i < members; i++) {
        lines.add(outcome(bench, context, probe, "p" + i, new Fixed(time + i * 1_000_000_000L, seed + i)));
      }
      bench.call(probe, "forget");
      lines.add(HexFormat.of().formatHex(StateHash.of(new MsgpackReader(bench.snapshot(probe, false)))));
      for (int i = 0; i < members; i++) {
        lines.add(outcome(bench, context, probe, "p" + i, null));
      }
    }
    return lines;
  }

  private static String outcome(Workbench bench, GuestContext context, GuestObject probe, String member, Fixed fixed) {
    try {
      byte[] result = fixed == null ? bench.callEncoded(probe, member, new byte[] {(byte) 0x90}, null) : bench.callFixed(context, probe, member, fixed);
      return result == null ? "waits" : HexFormat.of().formatHex(result);
    } catch (GuestFailure failure) {
      return "error " + failure.code + " " + failure.getMessage().replace('\n', ' ');
    }
  }
}

package org.amino.runtime.state;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.amino.runtime.guest.GuestContext;
import org.amino.runtime.guest.GuestFactory;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.GuestObject;
import org.amino.runtime.guest.Workbench;
import org.amino.runtime.wire.Protocol.Code;

/**
 * Captures generated states here and restores them in another process, whose context has not seen them. A state comes
 * back as it was, or is refused with a path that is there; a state whose kinds must all be captured is not refused.
 */
final class StateTrial {
  private static final int SHOWN = 600;
  /** Of so many states one is described again after its capture, which must not change it. */
  private static final int CHECKED = 4;

  /** A state under way to the peer. */
  private record Sent(
      long seed, StateProgram program, String described, CompletableFuture<PeerProcess.Answer> answer) {}

  private final StateLanguage language;
  private final Path folder;
  private final TrialReport report;

  private StateTrial(StateLanguage language, Path folder, long seed) {
    this.language = language;
    this.folder = folder;
    this.report = new TrialReport(language.id(), seed);
  }

  /** How many states to try: what AMINO_STATES says, or as many as given. */
  private static int count(int otherwise) {
    String said = setting("AMINO_STATES");
    return said == null ? otherwise : Integer.parseInt(said);
  }

  /** The first state's seed: what AMINO_STATES_SEED says (the word `random` too), or 1. */
  private static long seed() {
    String said = setting("AMINO_STATES_SEED");
    return said == null ? 1 : said.equals("random") ? System.nanoTime() : Long.parseLong(said);
  }

  private static String setting(String name) {
    return System.getProperty(name, System.getenv(name));
  }

  /**
   * Tries states, {@code states} of them unless AMINO_STATES says otherwise: each comes back as it was or is refused with its place, and where no
   * fewer are tried, every kind is among them.
   */
  static void holds(StateLanguage language, Path directory, int states) throws Exception {
    TrialReport report = run(language, directory, seed(), count(states));
    System.out.print(report);
    assertEquals(List.of(), report.failures());
    if (report.tried() >= states) {
      assertEquals(language.kinds().keySet(), report.kinds());
    }
  }

  /**
   * Tries as many states, the first made from the seed, the next from the seed's successor.
   *
   * @param directory where the artifacts are written
   */
  static TrialReport run(StateLanguage language, Path directory, long seed, int count) throws Exception {
    StateTrial trial = new StateTrial(language, directory, seed);
    try (PeerProcess peer = PeerProcess.start()) {
      for (int done = 0; done < count; done += language.batch()) {
        trial.batch(peer, seed + done, Math.min(language.batch(), count - done));
      }
    }
    return trial.report;
  }

  private void batch(PeerProcess peer, long seed, int count) throws Exception {
    List<StateProgram> programs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      programs.add(language.generate(new Random(seed + i)));
    }
    Path home = Files.createTempDirectory(folder, "batch");
    List<Sent> sent = new ArrayList<>();
    try (Workbench bench = new Workbench(home)) {
      for (Map.Entry<String, String> file : language.library().entrySet()) {
        bench.file(file.getKey(), file.getValue());
      }
      bench.file(language.entry(), language.artifact(programs));
      Map<String, GuestContext> contexts = new HashMap<>();
      for (int i = 0; i < count; i++) {
        StateProgram program = programs.get(i);
        GuestContext context = contexts.get(program.className());
        if (context == null) {
          context = bench.open(artifact(home, program.className()));
          contexts.put(program.className(), context);
        }
        Sent one = one(peer, bench, context, home, new Numbered(i, seed + i, program));
        if (one != null) {
          sent.add(one);
        }
      }
    }
    for (Sent one : sent) {
      compare(one);
    }
  }

  private GuestFactory.Artifact artifact(Path home, String className) {
    return new GuestFactory.Artifact("hash", language.id(), home, language.entry(), className, List.of());
  }

  /** A program, its number in the artifact, and its seed. */
  private record Numbered(int number, long seed, StateProgram program) {}

  /** Captures one state and sends it; null when there is nothing to wait for. */
  private Sent one(PeerProcess peer, Workbench bench, GuestContext context, Path home, Numbered numbered)
      throws Exception {
    StateProgram program = numbered.program();
    GuestObject object = null;
    try {
      object = bench.create(context, "s" + numbered.number(), (long) numbered.number());
      String before = (String) bench.call(object, "describe");
      byte[] state = bench.snapshot(object, false);
      String after = numbered.number() % CHECKED == 0 ? (String) bench.call(object, "describe") : before;
      if (!before.equals(after)) {
        report.failed(numbered.seed(), program, "the capture changed the object\n" + difference(before, after));
      }
      return new Sent(numbered.seed(), program, before, peer.ask(home, language, program.className(), state));
    } catch (GuestFailure refused) {
      if (object == null || !refused.code.equals(Code.STATE_NOT_CAPTURABLE)) {
        report.failed(numbered.seed(), program, refused.code + ": " + refused.getMessage());
      } else {
        refused(bench, object, numbered, refused);
      }
      return null;
    } finally {
      if (object != null) {
        object.discard();
      }
    }
  }

  private void refused(Workbench bench, GuestObject object, Numbered numbered, GuestFailure refused)
      throws GuestFailure {
    StateProgram program = numbered.program();
    report.refused(program);
    if (program.kinds().stream().allMatch(kind -> language.kinds().get(kind) == StateLanguage.Fate.CAPTURED)) {
      report.failed(numbered.seed(), program, "refused, though all of it must be captured: " + refused.getMessage());
    }
    for (Object lost : (List<?>) ((Map<?, ?>) refused.details).get("lost")) {
      String text = (String) lost;
      int end = pathEnd(text);
      if (end < 0 || !Boolean.TRUE.equals(bench.call(object, "reaches", text.substring(0, end)))) {
        report.failed(numbered.seed(), program, "the refusal names a part that is not there: " + text);
      }
    }
  }

  /** Where the reason begins, behind a blank outside of quotes; -1 when none does. */
  private static int pathEnd(String text) {
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '\\') {
        i++;
      } else if (text.charAt(i) == '"') {
        quoted = !quoted;
      } else if (!quoted && text.startsWith(" (", i)) {
        return i;
      }
    }
    return -1;
  }

  private void compare(Sent sent) throws Exception {
    PeerProcess.Answer answer = PeerProcess.await(sent.answer());
    report.captured(sent.program());
    if (!answer.restored()) {
      report.failed(sent.seed(), sent.program(), "captured, but not restored: " + answer.text());
    } else if (!answer.text().equals(sent.described())) {
      report.failed(sent.seed(), sent.program(), "came back different\n" + difference(sent.described(), answer.text()));
    }
  }

  /** Where two texts part, with what stands around. */
  private static String difference(String left, String came) {
    int at = 0;
    while (at < Math.min(left.length(), came.length()) && left.charAt(at) == came.charAt(at)) {
      at++;
    }
    int from = Math.max(0, at - SHOWN / 4);
    return "left: …" + piece(left, from) + "\ncame: …" + piece(came, from);
  }

  private static String piece(String text, int from) {
    return text.substring(Math.min(from, text.length()), Math.min(text.length(), from + SHOWN));
  }
}

package org.amino.runtime.state;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.amino.runtime.guest.GuestContext;
import org.amino.runtime.guest.GuestFactory;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.GuestObject;
import org.amino.runtime.guest.Workbench;

/**
 * The other process: restores each state that it reads from its input, and writes what the guest's `describe` says of
 * it. A question is folder, language, entry, class (texts) and the state; an answer is whether it could be restored,
 * and a text. Both have lengths of four bytes before their parts.
 */
public final class StatePeer {
  private final DataInputStream in;
  private final DataOutputStream out;
  private final Map<String, GuestContext> contexts = new HashMap<>();
  private Workbench bench;
  private String folder = "";

  private StatePeer(DataInputStream in, DataOutputStream out) {
    this.in = in;
    this.out = out;
  }

  /** Runs until its input ends. */
  public static void main(String[] arguments) throws IOException {
    PrintStream answers = System.out;
    System.setOut(System.err);
    new StatePeer(new DataInputStream(System.in), new DataOutputStream(answers)).run();
    System.exit(0);
  }

  private void run() throws IOException {
    for (String next = nextFolder(); next != null; next = nextFolder()) {
      if (!next.equals(folder)) {
        leave();
        folder = next;
        bench = new Workbench(Path.of(folder));
      }
      answer(text(), text(), text(), part());
    }
    leave();
  }

  private void leave() {
    if (bench != null) {
      bench.close();
    }
    contexts.clear();
  }

  private String nextFolder() throws IOException {
    try {
      return text();
    } catch (EOFException end) {
      return null;
    }
  }

  private String text() throws IOException {
    return new String(part(), StandardCharsets.UTF_8);
  }

  private byte[] part() throws IOException {
    return in.readNBytes(in.readInt());
  }

  private void answer(String language, String entry, String className, byte[] state) throws IOException {
    boolean restored = false;
    String text;
    try {
      GuestContext context = contexts.get(className);
      if (context == null) {
        context = bench.open(new GuestFactory.Artifact("hash", language, Path.of(folder), entry, className, List.of()));
        contexts.put(className, context);
      }
      GuestObject object = bench.restore(context, "peer", state);
      text = String.valueOf(bench.call(object, "describe"));
      restored = true;
    } catch (GuestFailure failure) {
      text = failure.code + ": " + failure.getMessage();
    } catch (RuntimeException | StackOverflowError failed) {
      text = failed.toString();
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeBoolean(restored);
    out.writeInt(bytes.length);
    out.write(bytes);
    out.flush();
  }
}

package org.amino.runtime.state;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A {@link StatePeer} in a process of its own, with this process's class path. Questions may be asked before earlier
 * ones are answered.
 */
final class PeerProcess implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 600;

  /** What a peer says of a state: its description, or why it could not be restored. */
  record Answer(boolean restored, String text) {}

  private final Process process;
  private final DataOutputStream questions;
  private final LinkedBlockingQueue<CompletableFuture<Answer>> open = new LinkedBlockingQueue<>();
  private final Thread reader = new Thread(this::read, "state-peer");

  private PeerProcess(Process process) {
    this.process = process;
    questions = new DataOutputStream(new BufferedOutputStream(process.getOutputStream()));
  }

  static PeerProcess start() throws IOException {
    List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    // TruffleRuby goes down into deep objects with Java's own stack.
    command.addAll(List.of("-Xss64m", "-Dpolyglot.engine.WarnInterpreterOnly=false", "--enable-native-access=ALL-UNNAMED"));
    String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    command.addAll(List.of("-cp", classPath, StatePeer.class.getName()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    PeerProcess peer = new PeerProcess(builder.start());
    peer.reader.setDaemon(true);
    peer.reader.start();
    return peer;
  }

  CompletableFuture<Answer> ask(Path folder, StateLanguage language, String className, byte[] state)
      throws IOException {
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    open.add(answer);
    for (String text : List.of(folder.toString(), language.id(), language.entry(), className)) {
      write(text.getBytes(StandardCharsets.UTF_8));
    }
    write(state);
    questions.flush();
    return answer;
  }

  private void write(byte[] part) throws IOException {
    questions.writeInt(part.length);
    questions.write(part);
  }

  private void read() {
    try (DataInputStream answers = new DataInputStream(process.getInputStream())) {
      while (true) {
        boolean restored = answers.readBoolean();
        String text = new String(answers.readNBytes(answers.readInt()), StandardCharsets.UTF_8);
        open.take().complete(new Answer(restored, text));
      }
    } catch (IOException | InterruptedException ended) {
      for (CompletableFuture<Answer> answer : open) {
        answer.complete(new Answer(false, "the peer's process has ended"));
      }
    }
  }

  static Answer await(CompletableFuture<Answer> answer) throws Exception {
    return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** Ends the process, which has answered everything. */
  @Override
  public void close() throws IOException {
    questions.close();
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      reader.join();
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}

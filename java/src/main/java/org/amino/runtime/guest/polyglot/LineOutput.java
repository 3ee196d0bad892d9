package org.amino.runtime.guest.polyglot;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Gives a guest's output on, line by line. A line longer than {@link #LONGEST} bytes is given in pieces, so output cannot fill the memory. */
final class LineOutput extends OutputStream {
  private static final int LONGEST = 8192;

  private final Consumer<String> lines;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  LineOutput(Consumer<String> lines) {
    this.lines = lines;
  }

  @Override
  public synchronized void write(int octet) {
    if (octet == '\n') {
      give();
      return;
    }
    line.write(octet);
    if (line.size() >= LONGEST) {
      give();
    }
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      write(bytes[i]);
    }
  }

  private void give() {
    String text = line.toString(StandardCharsets.UTF_8);
    line.reset();
    lines.accept(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
  }

  /** The last line may lack its end. */
  @Override
  public synchronized void close() {
    if (line.size() > 0) {
      give();
    }
  }
}

package org.amino.runtime.testing;

import java.nio.file.Path;
import org.amino.runtime.Runtime;

/** A JVM half with counters for guests, for measuring from outside: {@code CounterKernel SOCKET TOKEN}. */
public final class CounterKernel {
  private CounterKernel() {}

  public static void main(String[] args) throws Exception {
    Runtime.open(Path.of(args[0]), args[1], "measured", new CounterGuests());
    System.out.println("ready");
    System.in.read();
  }
}

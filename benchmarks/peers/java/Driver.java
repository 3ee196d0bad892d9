import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;

/** A Java client under measurement: obeys the commands of benchmarks/drivers.py with blocking threads. */
final class Driver {
  /** One blocking call: adds n and gives the counter's value. */
  interface Incr {
    long call(int n) throws IOException;
  }

  static final byte[] PADDING = new byte[40];

  private final Incr incr;
  private long total;

  Driver(Incr incr) {
    this.incr = incr;
  }

  /** Reads commands until `quit`, then ends the process. */
  void run() throws Exception {
    System.out.println("{\"ready\": true}");
    BufferedReader commands = new BufferedReader(new InputStreamReader(System.in));
    for (String line = commands.readLine(); line != null && !line.equals("quit"); line = commands.readLine()) {
      String[] words = line.trim().split("\\s+");
      switch (words[0]) {
        case "sequential" -> sequential(Double.parseDouble(words[1]));
        case "outstanding" -> outstanding(Integer.parseInt(words[1]), Double.parseDouble(words[2]));
        case "check" -> System.out.printf("{\"total\": %d, \"value\": %d}%n", total, incr.call(0));
        default -> throw new IllegalArgumentException(line);
      }
      System.out.flush();
    }
    System.exit(0);
  }

  private void sequential(double seconds) throws IOException {
    long[] samples = new long[4_000_000];
    int made = 0;
    long start = System.nanoTime();
    long before = start;
    while (before < start + (long) (seconds * 1e9) && made < samples.length) {
      incr.call(1);
      long after = System.nanoTime();
      samples[made++] = after - before;
      before = after;
    }
    total += made;
    samples = Arrays.copyOf(samples, made);
    Arrays.sort(samples);
    String format = "{\"n\": %d, \"seconds\": %f, \"p50_us\": %f, \"p99_us\": %f}%n";
    System.out.printf(Locale.ROOT, format, made, (before - start) / 1e9, samples[made / 2] / 1e3, samples[(int) (made * 0.99)] / 1e3);
  }

  private void outstanding(int count, double seconds) throws InterruptedException {
    LongAdder made = new LongAdder();
    long start = System.nanoTime();
    long end = start + (long) (seconds * 1e9);
    Thread[] threads = new Thread[count];
    for (int index = 0; index < count; index++) {
      threads[index] = new Thread(() -> work(end, made));
      threads[index].start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    total += made.sum();
    System.out.printf(Locale.ROOT, "{\"n\": %d, \"seconds\": %f}%n", made.sum(), (System.nanoTime() - start) / 1e9);
  }

  private void work(long end, LongAdder made) {
    long mine = 0;
    try {
      while (System.nanoTime() < end) {
        incr.call(1);
        mine++;
      }
    } catch (IOException exception) {
      throw new IllegalStateException(exception);
    } finally {
      made.add(mine);
    }
  }
}

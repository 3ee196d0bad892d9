import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.rmi.registry.LocateRegistry;
import java.rmi.registry.Registry;
import java.rmi.server.UnicastRemoteObject;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;

/** Java RMI: `server PORT` serves one counter, `client PORT` obeys the commands of benchmarks/drivers.py with blocking threads. */
public class RmiPeer {
  public interface Counter extends Remote {
    long incr(int n, byte[] padding) throws RemoteException;
  }

  static final class Implementation extends UnicastRemoteObject implements Counter {
    private static final long serialVersionUID = 1L;
    private long value;

    Implementation() throws RemoteException {}

    @Override
    public synchronized long incr(int n, byte[] padding) {
      return value += n;
    }
  }

  private static final byte[] PADDING = new byte[40];
  private static long total;

  public static void main(String[] arguments) throws Exception {
    int port = Integer.parseInt(arguments[1]);
    if (arguments[0].equals("server")) {
      Registry registry = LocateRegistry.createRegistry(port);
      Implementation counter = new Implementation();
      registry.rebind("counter", counter);
      System.out.println("READY");
      synchronized (counter) {
        counter.getClass();
      }
      Thread.sleep(Long.MAX_VALUE);
    }
    drive((Counter) LocateRegistry.getRegistry("127.0.0.1", port).lookup("counter"));
  }

  private static void drive(Counter counter) throws Exception {
    System.out.println("{\"ready\": true}");
    BufferedReader commands = new BufferedReader(new InputStreamReader(System.in));
    for (String line = commands.readLine(); line != null && !line.equals("quit"); line = commands.readLine()) {
      String[] words = line.trim().split("\\s+");
      switch (words[0]) {
        case "sequential" -> sequential(counter, Double.parseDouble(words[1]));
        case "outstanding" -> outstanding(counter, Integer.parseInt(words[1]), Double.parseDouble(words[2]));
        case "check" -> System.out.printf("{\"total\": %d, \"value\": %d}%n", total, counter.incr(0, PADDING));
        default -> throw new IllegalArgumentException(line);
      }
      System.out.flush();
    }
    System.exit(0);
  }

  private static void sequential(Counter counter, double seconds) throws Exception {
    long[] samples = new long[4_000_000];
    int made = 0;
    long start = System.nanoTime();
    long before = start;
    while (before < start + (long) (seconds * 1e9) && made < samples.length) {
      counter.incr(1, PADDING);
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

  private static void outstanding(Counter counter, int count, double seconds) throws Exception {
    LongAdder made = new LongAdder();
    long start = System.nanoTime();
    long end = start + (long) (seconds * 1e9);
    Thread[] threads = new Thread[count];
    for (int index = 0; index < count; index++) {
      threads[index] = new Thread(() -> call(counter, end, made));
      threads[index].start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    total += made.sum();
    System.out.printf(Locale.ROOT, "{\"n\": %d, \"seconds\": %f}%n", made.sum(), (System.nanoTime() - start) / 1e9);
  }

  private static void call(Counter counter, long end, LongAdder made) {
    long mine = 0;
    try {
      while (System.nanoTime() < end) {
        counter.incr(1, PADDING);
        mine++;
      }
    } catch (RemoteException exception) {
      throw new IllegalStateException(exception);
    } finally {
      made.add(mine);
    }
  }
}

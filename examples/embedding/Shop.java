import java.nio.file.Path;
import java.util.Scanner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.amino.Amino;
import org.amino.AminoException;
import org.amino.HostSettings;
import org.amino.Stub;

/** A shop whose stock is a plain Java object, and whose visitors are counted by an object in JavaScript somewhere in the cluster. */
public final class Shop {
  /** What the cluster sees: its public methods. */
  public static final class Stock {
    private long pieces;

    public Stock(long pieces) {
      this.pieces = pieces;
    }

    /** Adds n pieces and gives how many there are. */
    public long incr(long n) {
      pieces += n;
      return pieces;
    }

    /** Takes n pieces out and gives how many are left. */
    public long take(long n) {
      if (n > pieces) {
        throw new IllegalStateException("only " + pieces + " left");
      }
      pieces -= n;
      return pieces;
    }

    /** Has another object, in whatever language, add n to a third one, which may be this one. */
    public Object pass_on(Stub through, Stub to, long n) {
      return through.call("add_to", to, n);
    }
  }

  /** The object in JavaScript as Java sees it. */
  public interface Visitors {
    long incr(long n);

    long add_to(Stub other, long n);

    CompletableFuture<Long> get();
  }

  private Shop() {}

  /** Arguments: the OMS's address, and a folder for the kernel's data. */
  public static void main(String[] arguments) throws InterruptedException {
    HostSettings settings = HostSettings.forOms(arguments[0]).withDataFolder(Path.of(arguments[1])).withLabel("place", "shop");
    try (Amino amino = Amino.start(settings)) {
      Stub stock = amino.register("stock", new Stock(10));
      System.out.println("kernel " + amino.kernelProcessId());
      visit(amino, stock);
      System.out.println("open");
      closeOnEnter(amino);
      amino.ended().join();
      System.out.println("closed");
    } catch (AminoException failure) {
      System.out.println("failed: " + failure);
      System.exit(1);
    } catch (CompletionException over) {
      System.out.println("over: " + over.getCause());
      System.exit(2);
    }
  }

  private static void visit(Amino amino, Stub stock) {
    Stub dynamic = amino.get("visitors");
    System.out.println("dynamic " + dynamic.call("incr", 5));

    Visitors visitors = amino.get("visitors", Visitors.class);
    System.out.println("typed " + visitors.incr(1));
    System.out.println("later " + visitors.get().join());
    System.out.println("argument " + visitors.add_to(stock, 3));
    System.out.println("round trip " + stock.call("pass_on", visitors, stock, 2));
    try {
      dynamic.call("add_to", "nobody", 1);
    } catch (AminoException failure) {
      System.out.println("theirs " + failure.code() + " " + failure.type());
    }
    try {
      stock.call("take", 100);
    } catch (AminoException failure) {
      System.out.println("ours " + failure.code() + " " + failure.type() + " " + failure.getMessage() + " " + failure.guestStack().lines().findFirst().orElse(""));
    }
  }

  /** Ends the program in good order: at the end of its input, or with a line. */
  private static void closeOnEnter(Amino amino) {
    Thread reader = new Thread(() -> {
      try (Scanner input = new Scanner(System.in)) {
        if (input.hasNextLine()) {
          input.nextLine();
        }
      }
      amino.close();
    });
    reader.setDaemon(true);
    reader.start();
  }
}

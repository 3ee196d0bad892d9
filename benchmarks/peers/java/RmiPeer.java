import java.rmi.Remote;
import java.rmi.RemoteException;
import java.rmi.registry.LocateRegistry;
import java.rmi.registry.Registry;
import java.rmi.server.UnicastRemoteObject;

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
    Counter counter = (Counter) LocateRegistry.getRegistry("127.0.0.1", port).lookup("counter");
    new Driver(n -> counter.incr(n, Driver.PADDING)).run();
  }
}

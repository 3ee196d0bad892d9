import org.amino.runtime.guest.java.ReadOnly;
import org.amino.runtime.guest.java.Reference;

/** Counts. */
public class Counter {
  private long count;

  public Counter() {}

  public Counter(long start) {
    count = start;
  }

  /** Adds n and gives the new count. */
  public long incr(long n) {
    count += n;
    return count;
  }

  @ReadOnly
  public long get() {
    return count;
  }

  /** Adds n to another counter, in whatever language, and gives its new count. */
  public Object add_to(Reference other, long n) throws Exception {
    return other.call("incr", n);
  }

  public Object amino_save() {
    return count;
  }

  public void amino_load(Object state) {
    count = (Long) state;
  }
}

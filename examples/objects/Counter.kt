import org.amino.runtime.guest.java.ReadOnly
import org.amino.runtime.guest.java.Reference

/** Counts. */
class Counter(private var count: Long = 0) {
  /** Adds n and gives the new count. */
  fun incr(n: Long = 1): Long {
    count += n
    return count
  }

  @ReadOnly
  fun get(): Long = count

  /** Adds n to another counter, in whatever language, and gives its new count. */
  fun add_to(other: Reference, n: Long): Any? = other.call("incr", n)

  fun amino_save(): Any = count

  fun amino_load(state: Any) {
    count = state as Long
  }
}

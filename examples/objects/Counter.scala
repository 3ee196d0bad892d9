import org.amino.runtime.guest.java.{ReadOnly, Reference}

/** Counts. */
class Counter(start: Long = 0):
  private var count = start

  /** Adds n and gives the new count. */
  def incr(n: Long = 1): Long =
    count += n
    count

  @ReadOnly
  def get(): Long = count

  /** Adds n to another counter, in whatever language, and gives its new count. */
  def add_to(other: Reference, n: Long): Any = other.call("incr", n)

  def amino_save(): Any = count

  def amino_load(state: Any): Unit =
    count = state.asInstanceOf[Long]

import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.delay
import kotlinx.coroutines.withContext
import org.amino.runtime.guest.java.Reference

data class Line(val article: String, val pieces: Int = 1)

data class Receipt(val lines: List<Line>, val note: String? = null)

enum class Payment { CASH, CARD }

class Shop @JvmOverloads constructor(start: Long = 10, val goods: MutableList<String> = mutableListOf("tea")) {
  var count = start
    private set
  var label: String = "shop"
  var isOpen = true
  val double: Long get() = count * 2
  private val awaited = CompletableDeferred<Long>()

  fun getName() = "a function"

  fun incr(n: Long = 1, times: Int = 1, note: String = "note $n"): List<Any> {
    count += n * times
    return listOf(count, note)
  }

  fun many(a0: Int, a1: Int = 1, a2: Int = 2, a3: Int = 3, a4: Int = 4, a5: Int = 5, a6: Int = 6, a7: Int = 7, a8: Int = 8, a9: Int = 9, a10: Int = 10,
    a11: Int = 11, a12: Int = 12, a13: Int = 13, a14: Int = 14, a15: Int = 15, a16: Int = 16, a17: Int = 17, a18: Int = 18, a19: Int = 19, a20: Int = 20,
    a21: Int = 21, a22: Int = 22, a23: Int = 23, a24: Int = 24, a25: Int = 25, a26: Int = 26, a27: Int = 27, a28: Int = 28, a29: Int = 29, a30: Int = 30,
    a31: Int = 31, a32: Int = 32, a33: Int = 33): List<Int> = listOf(a0, a1, a31, a32, a33)

  fun sell(receipt: Receipt, payment: Payment = Payment.CARD): Receipt = receipt.copy(note = payment.name)

  fun sum(numbers: List<Int>, more: Map<String, List<Int>>): Int = numbers.sum() + more.values.sumOf { it.sum() }

  fun pair(given: Pair<String, Int>): Pair<Int, String> = Pair(given.second + 1, given.first)

  fun nothing() {}

  suspend fun slow(n: Long = 5): Long {
    delay(1)
    val before = count
    withContext(Dispatchers.Default) { delay(1) }
    count = before + n
    return count
  }

  suspend fun ask(other: Reference, n: Long): Any? {
    delay(1)
    return other.call("incr", n)
  }

  suspend fun direct(n: Long): Long = n + 1

  suspend fun fail(): Long {
    delay(1)
    throw IllegalStateException("late")
  }

  fun promise(): Deferred<Long> = CoroutineScope(Dispatchers.Default).async { delay(1); count }

  suspend fun waits(): Long = awaited.await()

  fun settle(n: Long) { awaited.complete(n) }

  fun amino_save(): Any = mapOf("count" to count, "label" to label)

  fun amino_load(state: Map<String, Any>) {
    count = state["count"] as Long
    label = state["label"] as String
  }
}

object Register {
  private var count = 0L

  fun incr(n: Long = 1): Long {
    count += n
    return count
  }
}

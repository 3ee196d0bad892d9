import org.amino.runtime.guest.java.Amino

/** The conformance object in Kotlin. */
class Echo {
  fun echo(value: Any?): Any? = value

  fun fail(message: String): Any? = throw IllegalArgumentException(message)

  fun relay(name: String, method: String, value: Any?): Any? = Amino.get(name).call(method, value)
}

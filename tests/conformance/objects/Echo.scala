import org.amino.runtime.guest.java.Amino

/** The conformance object in Scala. */
class Echo:
  def echo(value: Any): Any = value

  def fail(message: String): Any = throw IllegalArgumentException(message)

  def relay(name: String, method: String, value: Any): Any = Amino.get(name).call(method, value.asInstanceOf[AnyRef])

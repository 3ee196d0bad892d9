import scala.util.parsing.combinator.JavaTokenParsers

/** Formulas with names. */
object Formula extends JavaTokenParsers:
  def formula(values: Map[String, Double]): Parser[Double] =
    term(values) ~ rep(("+" | "-") ~ term(values)) ^^ { case first ~ rest =>
      rest.foldLeft(first) { case (sum, "+" ~ next) => sum + next; case (sum, _ ~ next) => sum - next }
    }
  def term(values: Map[String, Double]): Parser[Double] =
    factor(values) ~ rep(("*" | "/") ~ factor(values)) ^^ { case first ~ rest =>
      rest.foldLeft(first) { case (sum, "*" ~ next) => sum * next; case (sum, _ ~ next) => sum / next }
    }
  def factor(values: Map[String, Double]): Parser[Double] =
    floatingPointNumber ^^ (_.toDouble) | ident ^? (values, name => s"there is no $name") | "(" ~> formula(values) <~ ")"

  def read(text: String, values: Map[String, Double]): String = parseAll(formula(values), text) match
    case Success(result, _) => result.toString
    case other => other.toString.replaceAll("\\s+", " ")

/** Keeps names with their values, and evaluates formulas. */
class Main:
  private var values = Map("a" -> 2.0, "b" -> 0.5)

  def use(): String =
    List("1 + 2 * 3", "(a + b) * -4e1 / 3", "1 +", "a * c", "2 ) 3", "((((7))))").map(Formula.read(_, values)).mkString("; ")

  def goOn(): String =
    values += s"n${values.size}" -> Formula.read(s"a * ${values.size} + ${values.keys.max}", values).toDouble
    values.toList.sorted.mkString(" ")

  def amino_save(): Any = values

  def amino_load(state: Any): Unit =
    import scala.jdk.CollectionConverters.*
    values = state.asInstanceOf[java.util.Map[String, Double]].asScala.toMap

package shop

import scala.concurrent.{ExecutionContext, Future}
import scala.concurrent.duration.{Duration, FiniteDuration}
import scala.collection.mutable
import ExecutionContext.Implicits.global

case class Line(article: String, pieces: Int = 1)
case class Receipt(lines: List[Line], note: Option[String] = None)
enum Payment { case Cash, Card }

class Shop(start: Long = 10, val goods: Vector[String] = Vector("tea")):
  private var value = start
  var label: String = "shop"

  def count: Long = value

  def incr(n: Long = 1, times: Int = 1, note: String = "note"): List[Any] =
    value += n * times
    List(value, note)

  def twice(n: Long)(m: Long = n * 2): Long = n + m

  def sell(receipt: Receipt, payment: Payment = Payment.Card): Receipt = receipt.copy(note = Some(payment.toString))

  def everything: (List[Int], Vector[String], Map[String, Option[Int]], Set[Long], Option[Int], Payment, BigInt, BigDecimal, Unit, FiniteDuration) =
    (List(1, 2), Vector("a"), Map("some" -> Some(1), "none" -> None), Set(1L), None, Payment.Cash, BigInt(2).pow(80), BigDecimal("1.50"), (), Duration(3, "s"))

  def take(list: List[Long], seq: Seq[String], map: Map[String, Vector[Long]], set: Set[String], option: Option[Long], tuple: (Long, String)): String =
    List(list.sum, seq.mkString, map.values.map(_.sum).sum, set.size, option, tuple._1, tuple._2).mkString(" ")

  def exact(whole: BigInt, decimal: BigDecimal, buffer: mutable.Buffer[String], time: FiniteDuration): List[Any] =
    buffer += "end"
    List(whole + 1, decimal * 2, buffer, time * 2)

  def shared: List[Any] =
    val one = List(1L)
    List(one, one)

  def endless: LazyList[Int] = LazyList.from(1)

  def some: LazyList[Int] = LazyList.from(1).take(3)

  def later(n: Long): Future[List[Long]] = Future { List(value + n) }

  def fail: Future[Long] = Future { throw IllegalStateException("late") }

  def amino_save(): Any = Map("value" -> value, "label" -> label)

  def amino_load(state: Map[String, Any]): Unit =
    value = state("value").asInstanceOf[Long]
    label = state("label").asInstanceOf[String]

object Register:
  private var count = 0L

  def incr(n: Long = 1): Long =
    count += n
    count

// What is compiled once at install time: the compiler's classes that it loads are kept in an archive, ready for use.
import scala.collection.mutable
import scala.io.Source
import scala.util.{Failure, Success, Try}

sealed trait Shape {
  def area: Double
}
case class Square(side: Double) extends Shape {
  def area: Double = side * side
}
case object Point extends Shape {
  val area = 0.0
}

object Sample {
  implicit class Loud(text: String) {
    def loud: String = text.toUpperCase + "!"
  }

  def largest[T: Ordering](items: Seq[T]): Option[T] = if (items.isEmpty) None else Some(items.max)

  def main(args: Array[String]): Unit = {
    val counts = mutable.Map[String, Int]().withDefaultValue(0)
    for (word <- "a b a".split(" ")) counts(word) += 1
    val shapes: List[Shape] = List(Square(2), Point)
    shapes.foreach {
      case Square(side) if side > 1 => println(f"$side%.2f")
      case other => println(s"other $other ${other.area}")
    }
    Try(args(0).toInt) match {
      case Success(number) => println(number)
      case Failure(error) => println(error.getMessage)
    }
    lazy val numbers = (1 to 10).filter(_ % 2 == 0).map(n => n * n).reduce(_ + _)
    Source.stdin.getLines.foreach(line => println(line.trim.loud))
    println((numbers, largest(Seq(1, 2)), for { a <- Some(1); b <- Some(2) } yield a + b, counts.toList.sortBy(_._1)))
  }
}

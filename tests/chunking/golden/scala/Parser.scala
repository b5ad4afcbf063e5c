package org.example.parse

import scala.util.Try

/** A parser of values of type A. */
trait Parser[A] {
  def parse(input: String): Option[(A, String)]

  def map[B](f: A => B): Parser[B] = { input =>
    parse(input).map { case (a, rest) => (f(a), rest) }
  }
}

object Parser {
  type Result[A] = Option[(A, String)]

  def char(c: Char): Parser[Char] = { input =>
    if (input.headOption.contains(c)) Some((c, input.tail))
    else None
  }

  /** Zero or more. */
  def many[A](p: Parser[A]): Parser[List[A]] = {
    input =>
      p.parse(input) match {
        case Some((a, rest)) => many(p).parse(rest)
        case None => Some((Nil, input))
      }
  }
}

final case class Position(line: Int, column: Int)

class Lexer(source: String) {
  private var offset = 0

  def next(): Option[Char] = {
    val c = source.lift(offset)
    offset += 1
    c
  }
}

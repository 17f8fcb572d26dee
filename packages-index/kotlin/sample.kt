// What is compiled once at install time: the compiler's classes that it loads are kept in an archive, ready for use.
import kotlin.math.sqrt

interface Shape {
    val area: Double
}

data class Square(val side: Double) : Shape {
    override val area get() = side * side
}

enum class Colour { RED, GREEN }

sealed class Result<out T> {
    data class Ok<T>(val value: T) : Result<T>()
    object Failed : Result<Nothing>()
}

fun <T : Comparable<T>> largest(items: List<T>): T? = items.maxOrNull()

fun String.loud(): String = uppercase() + "!"

fun main(args: Array<String>) {
    val counts = mutableMapOf<String, Int>()
    for (word in "a b a".split(" ")) counts[word] = (counts[word] ?: 0) + 1
    val result: Result<Int> = args.firstOrNull()?.toIntOrNull()?.let { Result.Ok(it) } ?: Result.Failed
    when (result) {
        is Result.Ok -> println(result.value)
        Result.Failed -> println("none")
    }
    try {
        println((1..10).filter { it % 2 == 0 }.map { sqrt(it.toDouble()) }.joinToString(limit = 3))
        require(counts.isNotEmpty()) { "no counts" }
    } catch (e: IllegalArgumentException) {
        System.err.println(e.message)
    }
    generateSequence(::readLine).forEach { line -> println(line.trim().loud()) }
    println("${Square(2.0).area} ${largest(listOf(1, 2))} ${Colour.valueOf("RED")} $counts")
}

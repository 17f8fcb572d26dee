// What is run once at install time: the classes that it loads are kept in an archive, ready for use.
import groovy.json.JsonOutput

interface Shape { double area() }
class Square implements Shape {
    double side
    double area() { side * side }
}

def counts = 'a b a'.split(' ').countBy { it }
System.in.eachLine { println it.trim().toUpperCase() }
println "${new Square(side: 2).area()} ${JsonOutput.toJson(counts)} ${(1..10).findAll { it % 2 == 0 }.collect { it * 2 }.sum()}"
try { assert counts.a == 2; throw new IllegalStateException('x') } catch (IllegalStateException e) { println e.message }
printf('%s %d%n', [1, 2].inject { a, b -> a + b }, 6)

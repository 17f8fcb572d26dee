import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Scanner;
import java.util.stream.Collectors;

/** What is compiled once at install time: the compiler's classes that it loads are kept in an archive, ready for use. */
class Sample {
  interface Shape {
    double area();
  }

  static final class Square implements Shape {
    private final double side;

    Square(double side) {
      this.side = side;
    }

    @Override
    public double area() {
      return side * side;
    }
  }

  enum Colour {
    RED,
    GREEN
  }

  static <T extends Comparable<T>> T largest(List<T> items) {
    T best = items.get(0);
    for (T item : items) if (item.compareTo(best) > 0) best = item;
    return best;
  }

  public static void main(String[] args) throws Exception {
    try (Scanner input = new Scanner(System.in)) {
      while (input.hasNextLine()) System.out.println(input.nextLine().trim());
    }
    Map<String, Integer> counts = new HashMap<>();
    for (String word : "a b a".split(" ")) counts.merge(word, 1, Integer::sum);
    String text = counts.entrySet().stream().map((e) -> e.getKey() + "=" + e.getValue()).collect(Collectors.joining(","));
    StringBuilder builder = new StringBuilder();
    int[] numbers = new int[10];
    for (int i = 0; i < numbers.length; i++) numbers[i] = i % 2 == 0 ? i : -i;
    switch (Colour.valueOf("RED")) {
      case RED:
        builder.append(text);
        break;
      default:
        throw new IllegalStateException("colour " + numbers[0]);
    }
    Runnable task = () -> System.out.println(new Square(2).area() + largest(List.of(1, 2)));
    task.run();
    System.out.printf("%s %d%n", builder, numbers[1]);
  }
}

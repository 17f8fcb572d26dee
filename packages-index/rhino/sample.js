// What is run once at install time: the classes that it loads are kept in an archive, ready for use.
const counts = new Map([["a", 1]]);
const square = (n) => n * n;
print(
  [1, 2, 3]
    .map(square)
    .filter((n) => n > 1)
    .join(),
  JSON.stringify({ six: 6 }),
  "abc".replace(/b/g, "x"),
);
try {
  throw new RangeError("steam");
} catch (error) {
  print(error.message, counts.get("a"), new Date(0).getTime(), Math.max(1, 2));
}
const reader = new java.io.BufferedReader(new java.io.InputStreamReader(java.lang.System.in));
for (let line = reader.readLine(); line !== null; line = reader.readLine()) print(line);

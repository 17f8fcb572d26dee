import { afterAll, beforeAll, expect, test } from "vitest";
import { type Running, startRunning } from "./running.ts";

let running: Running;

/** Adds the numbers of a line, and is wrong about 13. */
const SUM = `total = sum(map(int, input().split()))
print(total if total != 13 else "unlucky")`;

beforeAll(async () => {
  running = await startRunning();
  await running.file("sum.py", SUM);
  for (const [name, input, answer] of [
    ["1", "1 2", "3"],
    ["2", "20 22", "42"],
    ["10", "6 7", "13"],
  ]) {
    await running.file(`tests/${name}.in`, `${input}\n`);
    await running.file(`tests/${name}.out`, `${answer}\n`);
  }
});

afterAll(async () => {
  await running[Symbol.asyncDispose]();
});

async function judged(...args: readonly string[]) {
  const { stdout, stderr, exitCode } = await running.start({ args: ["test", ...args] });
  // Times and memory are the machine's.
  const text = String(stdout)
    .replace(/ +\d+ ms +\d+\.\d MB/g, " ...")
    .replace(/, \d+ ms/g, ", ...");
  return { stdout: text, stderr: String(stderr), exitCode };
}

test("each case is a row in the order of numbers, below one that failed stands why, and at the end how it went", async () => {
  const { stdout, stderr, exitCode } = await judged("sum.py", "tests");
  expect([stderr, exitCode]).toEqual(["", 1]);
  expect(stdout.replace(/slowest \d+/, "slowest N")).toBe(`ok      1   AC ...
ok      2   AC ...
FAILED  10  WA ...
    line 1: expected  13
            got       unlucky
WA: 2 of 3 cases passed (2 AC, 1 WA); score 2 of 3; slowest N, ...`);
});

test("where all cases are passed the exit code is 0", async () => {
  const { stdout, exitCode } = await judged("--only", "1", "--only", "2", "sum.py", "tests");
  expect([stdout.split("\n").at(-1), exitCode]).toEqual([
    expect.stringMatching(/^AC: 2 of 2 cases passed \(2 AC\); score 2 of 2; slowest [12], \.\.\.$/),
    0,
  ]);
});

test("after the first failure nothing more runs where that is asked for", async () => {
  await running.file("never.sh", "echo no");
  const { stdout } = await running.start({ args: ["test", "--stop", "--json", "never.sh", "tests"] });
  const { verdict, cases, not_run: left } = JSON.parse(String(stdout));
  expect([verdict, cases.length + left]).toEqual(["WA", 3]);
  expect(left).toBeGreaterThan(0);
});

test("--json is one object with the cases, the verdict and the score", async () => {
  const { stdout, exitCode } = await running.start({ args: ["test", "--json", "sum.py", "tests"] });
  expect(exitCode).toBe(1);
  expect(JSON.parse(String(stdout))).toMatchObject({
    language: "python",
    verdict: "WA",
    score: 2,
    max_score: 3,
    not_run: 0,
    jobs: [expect.any(String)],
    cases: [
      { name: "1", verdict: "AC" },
      { name: "2", verdict: "AC" },
      { name: "10", verdict: "WA", diff: { line: 1, expected: expect.stringContaining("13") } },
    ],
  });
});

test("what does not compile is told in the compiler's words, and no case runs", async () => {
  await running.file("wrong.c", "int main(void) { return x; }");
  const { stdout, stderr, exitCode } = await judged("wrong.c", "tests");
  expect(stdout).toBe("CE: 0 of 3 cases passed (3 not run); score 0 of 3");
  expect(stderr).toContain("‘x’ undeclared");
  expect(stderr).toMatch(/crankcase: compile failed$/);
  expect(exitCode).toBe(1);
});

test("a program of several files is one program", async () => {
  await running.file(
    "main.c",
    '#include <stdio.h>\nint add(int, int);\nint main(void) { int a, b; scanf("%d %d", &a, &b); printf("%d\\n", add(a, b)); }',
  );
  await running.file("add.c", "int add(int a, int b) { return a + b; }");
  expect(await judged("main.c", "add.c", "tests")).toMatchObject({ exitCode: 0, stderr: "" });
});

test("a checker judges instead of the comparison, and its words are shown", async () => {
  await running.file("shared.py", "def near(a, b):\n    return abs(a - b) <= 1");
  await running.file(
    "check.py",
    `import sys
from shared import near
given, printed, answer = (open(name).read() for name in sys.argv[1:4])
if printed.strip() == "unlucky" or near(int(printed), int(answer)):
    sys.exit(0)
print("too far off", file=sys.stderr)
sys.exit(1)`,
  );
  const options = ["--checker", "check.py", "--judge-file", "shared.py"];
  expect((await judged(...options, "sum.py", "tests")).exitCode).toBe(0);
  await running.file("zero.py", "print(0)");
  const { stdout, exitCode } = await judged(...options, "--only", "2", "zero.py", "tests");
  expect([stdout, exitCode]).toEqual([expect.stringMatching(/^FAILED {2}2 {2}WA .*\n.*too far off/), 1]);
});

test("a checker that does not compile is told in its compiler's words, and nothing runs", async () => {
  await running.file("checker.c", "int main(void) { return y; }");
  const { stdout, stderr, exitCode } = await judged("--checker", "checker.c", "sum.py", "tests");
  expect([stdout, exitCode]).toEqual(["CHK: 0 of 3 cases passed (3 not run); score 0 of 3", 1]);
  expect(stderr).toContain("‘y’ undeclared");
  expect(stderr).toMatch(/crankcase: the checker or the interactor does not compile$/);
});

test("an interactor talks with the program", async () => {
  await running.file(
    "ask.py",
    `import sys
low, high = 1, 100
while True:
    middle = (low + high) // 2
    print(middle, flush=True)
    word = input()
    if word == "right": break
    if word == "more": low = middle + 1
    else: high = middle - 1`,
  );
  await running.file(
    "answer.py",
    `import sys
secret = int(open(sys.argv[1]).read())
for line in range(10):
    guess = int(input())
    print("right" if guess == secret else "more" if guess < secret else "less", flush=True)
    if guess == secret: sys.exit(0)
sys.exit(1)`,
  );
  await running.file("secrets/1.in", "42\n");
  await running.file("secrets/2.in", "99\n");
  expect(await judged("--interactor", "answer.py", "ask.py", "secrets")).toMatchObject({
    exitCode: 0,
    stderr: "",
  });
});

test("limits are each case's, and one that the server lowers is told", async () => {
  await running.file("spin.py", "while True: pass");
  const spun = await judged("--time-limit", "200ms", "--only", "1", "spin.py", "tests");
  expect([spun.stdout, spun.exitCode]).toEqual([expect.stringMatching(/^FAILED {2}1 {2}TLE/), 1]);
  const long = await judged("--time-limit", "10h", "--only", "1", "sum.py", "tests");
  expect(long.stderr).toMatch(/--time-limit is \d+ ms of CPU time, the server's maximum/);
});

test("cases that one request does not hold are sent in several, and judged as one", async () => {
  await using small = await startRunning({ body_limit_bytes: 20_000 });
  await small.file("length.py", "print(len(input()))");
  for (const number of [1, 2, 3, 4, 5]) {
    await small.file(`t/${number}.in`, "x".repeat(6_000));
    await small.file(`t/${number}.out`, "6000");
  }
  const { stdout, exitCode } = await small.start({ args: ["test", "--json", "length.py", "t"] });
  const { jobs, cases, score } = JSON.parse(String(stdout));
  expect([exitCode, cases.length, score]).toEqual([0, 5, 5]);
  expect(jobs.length).toBeGreaterThan(1);
});

test("a submitted job has its cases judged as well, and logs shows them", async () => {
  const { stdout, exitCode } = await running.start({
    args: ["submit", "--cases", "tests", "--wait", "sum.py"],
  });
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^FAILED {2}10 .*WA/m);
  expect(stdout).toMatch(/^WA: 2 of 3 cases passed/m);
});

test("a folder without cases is told with the layouts that are known", async () => {
  await running.file("empty/readme.md", "nothing");
  const { stderr, exitCode } = await judged("sum.py", "empty");
  expect(exitCode).toBe(125);
  expect(stderr).toContain("No cases were found in empty; it has other files: readme.md. Known layouts:\n");
  expect((await judged("sum.py")).stderr).toContain("The folder of cases is missing");
});

import { afterAll, beforeAll, expect, test } from "vitest";
import type { JobRequest } from "../../src/api/job-request.ts";
import { JobResultShape } from "../../src/api/job-result.ts";
import { TestcaseResultShape } from "../../src/api/testcases-result.ts";
import { shapeCheck } from "../../src/schema/shape-check.ts";
import { type Serving, startServing } from "../cli/serving.ts";
import { until } from "../support/until.ts";
import { followed, judged, verdicts } from "./judge.ts";

let serving: Serving;
beforeAll(async () => {
  serving = await startServing({ compile_cache: false });
});
afterAll(() => serving[Symbol.asyncDispose]());

function bash(content: string, rest: Partial<JobRequest>): JobRequest {
  return { language: "bash", files: [{ content }], ...rest };
}

/** Prints what its linker named it by, another name at each time. */
const WHO_AM_I = String.raw`
#include <fstream>
#include <iostream>
#include <iterator>
int main() {
  std::ifstream file("/proc/self/exe", std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(file), {}};
  std::cout << bytes.size() << ' ' << std::hash<std::string>{}(bytes) << '\n';
}
`;

test("a program of many cases is compiled once, also where nothing is kept of compiles", async () => {
  const job: JobRequest = {
    language: "c++",
    files: [{ content: WHO_AM_I }],
    compiler_flags: ["-Wl,--build-id=uuid"],
    testcases: Array.from({ length: 10 }, () => ({})),
  };
  const { result, testcases } = await judged(serving, job);
  expect(shapeCheck(JobResultShape)(result)).toBeNull();
  expect(result).toMatchObject({ compile: { exit_code: 0 }, testcases: { verdict: "AC", score: 10 } });
  expect(result).not.toHaveProperty("run");
  expect(new Set(testcases.cases.map(({ stdout }) => stdout)).size).toBe(1);
  const again = await judged(serving, job);
  expect(again.testcases.cases[0]?.stdout).not.toBe(testcases.cases[0]?.stdout);
});

test("a program too large to be kept is compiled in each case's jail", async () => {
  const content = `
#include <cstdio>
char many[20 << 20] = {1};
int main() { int number; if (scanf("%d", &number) != 1) return 1; printf("%d\\n", number + many[0]); }
`;
  const limits = { run: { memory_bytes: 256 * 1024 ** 2 } };
  const testcases = [1, 2].map((number) => ({ stdin: `${number}`, expected: `${number + 1}` }));
  const job: JobRequest = { language: "c++", files: [{ content }], limits, testcases };
  expect(verdicts((await judged(serving, job)).testcases)).toEqual(["AC", "AC"]);
});

test("each case has its own input, arguments, files, name, weight and limits, or the job's", async () => {
  const script = 'read -r line; echo "$line $* $(cat extra 2>/dev/null) $(ulimit -n)"';
  const { testcases } = await judged(
    serving,
    bash(script, {
      stdin: "theirs",
      args: ["a", "b"],
      limits: { run: { open_files: 100 } },
      testcases: [
        { expected: "theirs a b  100" },
        {
          name: "own",
          weight: 3,
          stdin: "b3du",
          stdin_encoding: "base64",
          args: ["c"],
          files: [{ name: "extra", content: "more" }],
          limits: { open_files: 90 },
          expected: "6f776e2063206d6f7265203930",
          expected_encoding: "hex",
        },
        { stdin: "", expected: "nothing like it" },
      ],
    }),
  );
  expect(testcases.cases).toMatchObject([
    { index: 0, name: "1", verdict: "AC", weight: 1, score: 1, diff: null, stdout: "theirs a b  100\n" },
    { index: 1, name: "own", verdict: "AC", weight: 3, score: 3 },
    {
      ...{ index: 2, name: "3", verdict: "WA", score: 0 },
      diff: { line: 1, expected: "nothing like it", got: " a b  100" },
    },
  ]);
  expect(testcases).toMatchObject({ verdict: "WA", score: 4, max_score: 5, not_run: 0 });
});

test("verdicts are told as they come, between the compile stage and the result", async () => {
  const content = '#include <cstdio>\nint main() { puts("1"); }';
  const testcases = ["1", "2", "1"].map((expected) => ({ expected }));
  const events = await followed(serving, { language: "c++", files: [{ content }], testcases });
  const kinds = events.map(({ event }) => event);
  expect(kinds).toEqual(["runtime", "stage", "exit", "case", "case", "case", "result"]);
  const cases = events.filter(({ event }) => event === "case").map(({ event: _event, ...result }) => result);
  for (const each of cases) expect(shapeCheck(TestcaseResultShape)(each)).toBeNull();
  const inOrder = cases.toSorted((a, b) => Number(a.index) - Number(b.index));
  expect(events.at(-1)).toMatchObject({ testcases: { verdict: "WA", cases: inOrder } });
});

test("verdicts come while other cases still run", async () => {
  const events = await followed(
    serving,
    bash("read -r seconds; sleep $seconds", { testcases: [{ stdin: "1" }, { stdin: "0" }] }),
  );
  const order = events.filter(({ event }) => event === "case").map(({ index }) => index);
  expect(order).toEqual([1, 0]);
});

test("stopped at its first failure, a job tells and answers the same whatever ends first", async () => {
  const inputs = ["0", "1 wrong", "0", "0 wrong", "0.2", ...Array.from({ length: 20 }, () => "0")];
  const job = bash("read -r seconds word; sleep $seconds; echo $word", {
    stop_at_first_failure: true,
    testcases: inputs.map((stdin) => ({ stdin: `${stdin}\n`, expected: "" })),
  });
  const events = await followed(serving, job);
  const told = events.filter(({ event }) => event === "case").map(({ index }) => index);
  expect(told).toEqual([0, 1]);
  const result = events.at(-1)?.testcases;
  expect(result).toMatchObject({
    ...{ verdict: "WA", score: 1, not_run: 23 },
    cases: [{ verdict: "AC" }, { verdict: "WA", stdout: "wrong\n" }],
  });
});

test("what is expected of a program is nowhere in its jail", async () => {
  const script = `
    grep -rlaE 'need[l]e-[0-9]+' /box /tmp /dev/shm /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2>/dev/null
    echo looked
  `;
  const { testcases } = await judged(serving, bash(script, { testcases: [{ expected: "needle-4711" }] }));
  expect(testcases.cases[0]).toMatchObject({ verdict: "WA", stdout: "looked\n" });
});

test("the input of an interactor is nowhere in the jail of the program that it asks", async () => {
  const script = `
    grep -rlaE 'need[l]e-[0-9]+' /box /tmp /dev/shm 2>/dev/null
    echo looked
  `;
  const { testcases } = await judged(
    serving,
    bash(script, {
      interactor: {
        language: "bash",
        files: [{ content: 'grep -q needle-4711 "$1" || exit 3; read -r line; [ "$line" = looked ]' }],
      },
      testcases: [{ stdin: "needle-4711" }],
    }),
  );
  expect(testcases.cases[0]).toMatchObject({ verdict: "AC", stdout: "looked\n" });
});

test("a case that forks without end harms none beside it", async () => {
  const job = bash(
    'read -r what; [ "$what" = bomb ] && bomb() { bomb | bomb & }; bomb; sleep 0.3; echo fine',
    {
      limits: { run: { wall_time_ms: 2_000, processes: 32 } },
      testcases: ["bomb", "honest", "bomb", "honest", "honest"].map((stdin) => ({ stdin, expected: "fine" })),
    },
  );
  const { testcases } = await judged(serving, job);
  expect(
    testcases.cases.filter(({ index }) => [1, 3, 4].includes(index)).map(({ verdict }) => verdict),
  ).toEqual(["AC", "AC", "AC"]);
  await expect.poll(() => serving.runnerProcesses(), { timeout: 20_000 }).toBe(0);
});

test("an output is shown to its beginning, and judged to its end", async () => {
  const text = "long ".repeat(10_000);
  const { testcases } = await judged(serving, {
    language: "python",
    files: [{ content: 'import sys\nprint("long " * 10000)\nprint("e" * 5000, file=sys.stderr)' }],
    testcases: [{ expected: text }, { expected: `${text}!` }],
  });
  const [right, wrong] = testcases.cases;
  expect(right).toMatchObject({ verdict: "AC", stdout: text.slice(0, 2_048), is_cut: true });
  expect(right?.stderr).toBe("e".repeat(2_048));
  expect(wrong).toMatchObject({ verdict: "WA", diff: { line: 1 } });
  expect(wrong?.diff?.expected?.length).toBeLessThan(300);
});

test("a checker that does not compile is told of, and nothing runs", async () => {
  const checker = { language: "c++", files: [{ content: "#include <no-such-header>" }] };
  const { testcases } = await judged(serving, bash("echo 1", { checker, testcases: [{}, {}] }));
  expect(testcases).toMatchObject({ verdict: "CHK", score: 0, max_score: 2, cases: [], not_run: 2 });
  expect(testcases.message).toContain("the checker does not compile");
  expect(testcases.message).toContain("no-such-header");
});

test("a checker sees the whole output, and none of it beside a program that failed", async () => {
  const checker = {
    language: "bash",
    files: [{ content: 'echo "$1 $2 $3: $(cat "$1") $(wc -c < "$2") $(cat "$3")" >&2' }],
  };
  const { testcases } = await judged(
    serving,
    bash('read -r size; head -c "$size" /dev/zero; [ "$size" -gt 0 ]', {
      checker,
      testcases: [
        { stdin: "50000\n", expected: "answer" },
        { stdin: "0\n", expected: "answer" },
      ],
    }),
  );
  expect(testcases.cases).toMatchObject([
    { verdict: "AC", message: "input.txt output.txt answer.txt: 50000 50000 answer" },
    { verdict: "RE", message: "exited with status 1" },
  ]);
});

test("an output for which the checker's jail has no room is no failure of ours", async () => {
  const limits = { job: { disk_bytes: 1_048_576 }, run: { stdout_bytes: 1_048_576 } };
  const checker = { language: "bash", files: [{ content: "exit 0" }] };
  const script = "head -c 1048576 /dev/zero";
  const { testcases } = await judged(serving, bash(script, { limits, checker, testcases: [{}] }));
  expect(testcases.cases[0]).toMatchObject({ verdict: "CHK", exit_code: 0, cause: "exited" });
  expect(testcases.cases[0]?.message).toContain("no room");
});

test("two that wait for each other for ever are ended, and the program was too slow", async () => {
  const { testcases } = await judged(
    serving,
    bash("read -r line", {
      limits: { run: { wall_time_ms: 700 } },
      interactor: { language: "bash", files: [{ content: "read -r line" }], limits: { wall_time_ms: 300 } },
      testcases: [{}],
    }),
  );
  expect(testcases.cases[0]).toMatchObject({ verdict: "TLE", cause: "wall_time" });
});

test("megabytes pass between a program and its interactor, in both directions at one time", async () => {
  const echo = "import sys, shutil\nshutil.copyfileobj(sys.stdin.buffer, sys.stdout.buffer, 4096)";
  const interactor = `
import sys, threading
text = b"0123456789abcdef" * 32768
def write():
    sys.stdout.buffer.write(text)
    sys.stdout.buffer.flush()
writer = threading.Thread(target=write)
writer.start()
heard = sys.stdin.buffer.read(len(text))
writer.join()
sys.exit(0 if heard == text else 1)
`;
  const limits = { stdout_bytes: 1024 ** 2 };
  const { testcases } = await judged(serving, {
    language: "python",
    files: [{ content: echo }],
    limits: { run: limits },
    interactor: { language: "python", files: [{ content: interactor }], limits },
    testcases: [{}, {}],
  });
  expect(verdicts(testcases)).toEqual(["AC", "AC"]);
});

test("a job with cases cannot be talked to", async () => {
  const socket = new WebSocket(`${serving.url.replace("http", "ws")}/api/v2/connect`);
  const said = await new Promise<string>((resolve) => {
    socket.onopen = () =>
      socket.send(JSON.stringify({ type: "init", job: bash("echo", { testcases: [{}] }) }));
    socket.onmessage = ({ data }) => resolve(String(data));
  });
  socket.close();
  expect(JSON.parse(said)).toMatchObject({ type: "error", field: "testcases" });
});

test("a log of a job with cases has verdicts and counts, and nothing of what was printed", async () => {
  const testcases = [{ expected: "5ecret" }, { expected: "other" }];
  const { id } = (await judged(serving, bash("echo 5ecret", { testcases }))).result;
  const line = () => serving.log.find((text) => text.includes(id) && text.includes("job done"));
  await until("it is logged", () => line() !== undefined);
  expect(JSON.parse(line() ?? "")).toMatchObject({
    testcases: { verdict: "WA", score: 1, counts: { AC: 1, WA: 1 }, not_run: 0 },
  });
  expect(serving.log.join()).not.toContain("5ecret");
});

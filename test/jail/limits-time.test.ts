import { afterEach, expect, test } from "vitest";
import { jailerOfFile } from "../support/jailer-of-file.ts";
import { python, runC, runProgram, shell } from "../support/program.ts";
import { openTestJail } from "../support/test-jail.ts";
import { TIME_FACTOR } from "../support/time-factor.ts";
import { expectUntouchedSlot } from "../support/untouched-slot.ts";

const jailer = jailerOfFile({ slots: 1 });

afterEach(() => expectUntouchedSlot(jailer()));

/** How late a killed stage may be reported on a machine that is busy with other things. */
const LATE_MS = 2_000 * TIME_FACTOR;

test.each([
  ["an endless loop", "while True: pass"],
  ["an endless loop of system calls", "import os\nwhile True: os.getppid()"],
  [
    "an endless loop that catches every signal",
    "import signal\nfor n in range(1, 32):\n  try: signal.signal(n, lambda *_: None)\n  except OSError: pass\nwhile True: pass",
  ],
  ["an endless loop in a child", "import os\nif os.fork() == 0:\n  while True: pass\nos.wait()"],
  [
    "children without end that each take a little time",
    "import os\nwhile True:\n  if os.fork() == 0: sum(range(100000)); os._exit(0)\n  os.wait()",
  ],
])("%s is killed at the CPU time limit", async (_, source) => {
  const ran = await runProgram(jailer(), await python(source, { limits: { cpuTimeMs: 250 } }));
  expect(ran).toMatchObject({ cause: "cpu-time", exitCode: null, signal: "SIGKILL" });
  expect(ran.cpuTimeMs).toBeGreaterThanOrEqual(250);
  expect(ran.cpuTimeMs).toBeLessThan(250 + LATE_MS);
});

test("threads that are busy at the same time are killed at the CPU time limit of them all", async () => {
  const ran = await runC(jailer(), "busy-threads.c", { limits: { cpuTimeMs: 400 } });
  expect(ran).toMatchObject({ cause: "cpu-time", exitCode: null, signal: "SIGKILL" });
  expect(ran.cpuTimeMs).toBeLessThan(400 + LATE_MS);
});

test.each([
  ["a program that sleeps for ever", "sleep infinity"],
  [
    "a program that ignores every signal that can be ignored",
    "trap '' TERM INT HUP QUIT USR1 USR2 ALRM XCPU; while :; do sleep 5; done",
  ],
  ["a program that stops itself", "kill -STOP $$"],
  ["a program that waits for a lock that nobody gives back", "mkfifo /tmp/f; cat /tmp/f"],
])("%s is killed at the wall time limit", async (_, script) => {
  const ran = await runProgram(jailer(), shell(script, { limits: { wallTimeMs: 300 } }));
  expect(ran).toMatchObject({ cause: "wall-time", exitCode: null, signal: "SIGKILL" });
  expect(ran.wallTimeMs).toBeGreaterThanOrEqual(300);
  expect(ran.wallTimeMs).toBeLessThan(300 + LATE_MS);
});

test("a program that stops everything it can stop is killed at the wall time limit", async () => {
  const script = "sleep 60 & sh -c 'kill -STOP -1'; sleep 60";
  const ran = await runProgram(jailer(), shell(script, { limits: { wallTimeMs: 300 } }));
  expect(ran).toMatchObject({ cause: "wall-time", signal: "SIGKILL" });
});

test("a program that waits for input that nobody sends is killed at the wall time limit", async () => {
  const ran = await runProgram(jailer(), shell("cat", { input: "stream", limits: { wallTimeMs: 300 } }));
  expect(ran.cause).toBe("wall-time");
});

test("a program whose output nobody takes is killed at the wall time limit", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const flood = shell("exec cat /dev/zero", {
    limits: { wallTimeMs: 300, stdoutBytes: 2 ** 40 },
    onOutput: () => promise,
  });
  setTimeout(resolve, 1_000 * TIME_FACTOR);
  const ran = await runProgram(jailer(), flood);
  expect(ran.cause).toBe("wall-time");
  expect(ran.wallTimeMs).toBeLessThan(900 * TIME_FACTOR);
});

test("sleeping takes wall time and next to no CPU time", async () => {
  const ran = await runProgram(jailer(), shell("sleep 0.3"));
  expect(ran).toMatchObject({ cause: "exited", exitCode: 0 });
  expect(ran.wallTimeMs).toBeGreaterThanOrEqual(300);
  expect(ran.cpuTimeMs).toBeLessThan(200 * TIME_FACTOR);
});

test("a stage's time begins when the stage starts, and each stage has its own", async () => {
  await using jail = await openTestJail(jailer());
  const limits = { wallTimeMs: 1_500 * TIME_FACTOR };
  for (let stage = 0; stage < 3; stage += 1) {
    expect(await jail.run(shell(`sleep ${0.6 * TIME_FACTOR}`, { limits }))).toMatchObject({
      cause: "exited",
      exitCode: 0,
    });
  }
});

import { afterEach, expect, test } from "vitest";
import { jailerOfFile } from "../support/jailer-of-file.ts";
import { python, runProgram, shell } from "../support/program.ts";
import { expectUntouchedSlot } from "../support/untouched-slot.ts";

const jailer = jailerOfFile({ slots: 1 });

afterEach(() => expectUntouchedSlot(jailer()));

const LIMIT = 10_000;
const limits = { stdoutBytes: LIMIT, stderrBytes: LIMIT };

/** What `yes 0123456` prints, up to the limit. */
const KEPT = "0123456\n".repeat(LIMIT / 8);

test.each(["stdout", "stderr"] as const)(
  "a flood of %s is cut off at exactly its limit, and what came before is kept",
  async (stream) => {
    const script = `exec yes 0123456 ${stream === "stdout" ? "" : ">&2"}`;
    const ran = await runProgram(jailer(), shell(script, { limits }));
    expect(ran).toMatchObject({
      cause: stream,
      exitCode: null,
      signal: "SIGKILL",
      [`${stream}Bytes`]: LIMIT,
    });
    expect(ran[stream]).toBe(KEPT);
  },
);

test("one write that is larger than the limit is kept up to the limit", async () => {
  const source = "import os\nos.write(1, b'x' * 50000)\nos.pause()";
  const ran = await runProgram(jailer(), await python(source, { limits }));
  expect(ran).toMatchObject({ cause: "stdout", stdout: "x".repeat(LIMIT) });
});

test("output of exactly the limit is no flood", async () => {
  const ran = await runProgram(jailer(), shell(`head -c ${LIMIT} /dev/zero`, { limits }));
  expect(ran).toMatchObject({ cause: "exited", exitCode: 0, stdoutBytes: LIMIT });
});

test("one byte above the limit is a flood, even when the program has ended by itself", async () => {
  const ran = await runProgram(jailer(), shell(`head -c ${LIMIT + 1} /dev/zero`, { limits }));
  expect(ran).toMatchObject({ cause: "stdout", exitCode: null, stdoutBytes: LIMIT });
});

test("each stream has a limit of its own", async () => {
  const fill = `head -c ${LIMIT} /dev/zero`;
  const ran = await runProgram(jailer(), shell(`${fill}; ${fill} >&2`, { limits }));
  expect(ran).toMatchObject({ cause: "exited", stdoutBytes: LIMIT, stderrBytes: LIMIT });
});

test("a flood by a daemon that ignores signals is cut off", async () => {
  const script = "trap '' TERM INT HUP; setsid yes 0123456 & sleep 60";
  const ran = await runProgram(jailer(), shell(script, { limits }));
  expect(ran).toMatchObject({ cause: "stdout", stdout: KEPT });
});

test("a flood of a terminal is cut off", async () => {
  const input = { rows: 24, columns: 80 };
  const ran = await runProgram(jailer(), shell("stty -opost; exec yes 0123456", { limits, input }));
  expect(ran).toMatchObject({ cause: "stdout", stdout: KEPT });
});

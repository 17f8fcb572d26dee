import { describe, expect, test } from "vitest";
import { jailerOfFile } from "../support/jailer-of-file.ts";
import { python, runProgram, shell } from "../support/program.ts";
import { openTestJail, type RunningProgram, type TestJail } from "../support/test-jail.ts";
import { TIME_FACTOR } from "../support/time-factor.ts";

const jailer = jailerOfFile();

const TERMINAL = { rows: 24, columns: 80 };

/** Starts a program on a terminal, and waits until it has said `ready`. */
async function onTerminal(use: (program: RunningProgram, jail: TestJail) => Promise<void>, source: string) {
  const setup = await python(source, { input: TERMINAL, limits: { wallTimeMs: 10_000 * TIME_FACTOR } });
  await using jail = await openTestJail(jailer(), setup);
  const program = jail.start(setup);
  await program.prints("ready");
  await use(program, jail);
}

test("a program on a terminal has it as input, output and error, and as its controlling terminal", async () => {
  const source = `
import os
print([os.isatty(fd) for fd in range(3)], os.ttyname(0), os.get_terminal_size())
print(os.tcgetpgrp(0) == os.getpgrp(), os.getsid(0) == os.getpid())
os.write(2, b"to stderr\\n")
with open("/dev/tty", "w") as tty: tty.write("to the terminal\\n")
`;
  const ran = await runProgram(jailer(), await python(source, { input: TERMINAL }));
  expect(ran.stdout).toBe(
    [
      "[True, True, True] /dev/pts/0 os.terminal_size(columns=80, lines=24)",
      "True True",
      "to stderr",
      "to the terminal",
      "",
    ].join("\r\n"),
  );
  expect(ran).toMatchObject({ cause: "exited", exitCode: 0, stderr: "" });
});

test("a new size arrives as SIGWINCH", async () => {
  const source = `
import os, signal
signal.signal(signal.SIGWINCH, lambda *_: os.write(1, f"{os.get_terminal_size()}\\n".encode()))
os.write(1, b"ready\\n")
signal.pause()
`;
  await onTerminal(async ({ stage, ran }) => {
    stage.resize({ rows: 50, columns: 132 });
    expect((await ran).stdout).toContain("os.terminal_size(columns=132, lines=50)");
  }, source);
});

test.each([
  ["Ctrl-C", "\x03", "SIGINT"],
  ["Ctrl-\\", "\x1c", "SIGQUIT"],
  ["Ctrl-Z", "\x1a", "SIGTSTP"],
])("%s arrives as a signal", async (_, key, signal) => {
  const source = `
import os, signal
signal.signal(signal.${signal}, lambda number, _: os.write(1, signal.Signals(number).name.encode()))
os.write(1, b"ready\\n")
signal.pause()
`;
  await onTerminal(async ({ stage, ran }) => {
    await stage.write(Buffer.from(key));
    expect((await ran).stdout).toContain(signal);
  }, source);
});

test("Ctrl-C ends a program that does nothing about it", async () => {
  await using jail = await openTestJail(jailer());
  const program = jail.start(shell("echo ready; exec sleep 60", { input: TERMINAL }));
  await program.prints("ready");
  await program.stage.write(Buffer.from("\x03"));
  expect(await program.ran).toMatchObject({ cause: "signaled", signal: "SIGINT" });
});

test("lines are edited and echoed, and the end of input is the end of the file", async () => {
  const source = `
import sys
print("ready", flush=True)
print(repr(sys.stdin.read()))
`;
  await onTerminal(async ({ stage, ran }) => {
    await stage.write(Buffer.from("oops\x15hellp\x7fo\n"));
    stage.endInput();
    const { stdout } = await ran;
    expect(stdout).toContain("hellp\b \bo\r\n");
    expect(stdout).toContain(String.raw`'hello\n'`);
  }, source);
});

test("a raw terminal passes every byte on", async () => {
  const source = `
import os, tty
tty.setraw(0)
os.write(1, b"ready")
data = b""
while len(data) < 255: data += os.read(0, 1000)
os.write(1, b"".join(b"%d " % byte for byte in data))
`;
  const bytes = Buffer.from(Array.from({ length: 255 }, (_, index) => index));
  await onTerminal(async ({ stage, ran }) => {
    await stage.write(bytes);
    expect((await ran).stdout).toBe(`ready${[...bytes].map((byte) => `${byte} `).join("")}`);
  }, source);
});

describe("a program that reads nothing of what is typed", () => {
  const source = `
import time, tty
tty.setraw(0)
print("ready", flush=True)
time.sleep(60)
`;

  test("is killed at the wall time limit all the same", async () => {
    const setup = await python(source, { input: TERMINAL, limits: { wallTimeMs: 700 * TIME_FACTOR } });
    await using jail = await openTestJail(jailer(), setup);
    const program = jail.start(setup);
    await program.prints("ready");
    void program.stage.write(Buffer.alloc(200_000, "x"));
    expect(await program.ran).toMatchObject({ cause: "wall-time" });
  });

  test("is gone as soon as its peer is", async () => {
    await onTerminal(async ({ stage }, jail) => {
      void stage.write(Buffer.alloc(200_000, "x"));
      await jail[Symbol.asyncDispose]();
    }, source);
  });
});

test("the end of input reaches a program that reads late, behind all that was typed", async () => {
  const source = `
import sys, time
print("ready", flush=True)
time.sleep(0.3)
print(len(sys.stdin.read()))
`;
  await onTerminal(async ({ stage, ran }) => {
    for (let line = 0; line < 100; line += 1) void stage.write(Buffer.from(`${"y".repeat(999)}\n`));
    stage.endInput();
    expect((await ran).stdout).toContain("100000\r\n");
  }, source);
});

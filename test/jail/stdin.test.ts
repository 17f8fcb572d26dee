import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { jailerOfFile } from "../support/jailer-of-file.ts";
import { python, runProgram, shell } from "../support/program.ts";
import { openTestJail } from "../support/test-jail.ts";
import { MIB } from "../support/test-limits.ts";
import { TIME_FACTOR } from "../support/time-factor.ts";

const jailer = jailerOfFile();

test("without input a program reads the end of the file at once", async () => {
  expect(await runProgram(jailer(), shell("wc -c"))).toMatchObject({ stdout: "0\n", exitCode: 0 });
});

test("the submission's input is read from its start by every stage, and can be sought in", async () => {
  await using jail = await openTestJail(jailer(), { stdin: "line 1\nline 2\n" });
  const first = shell("head -n 1; test -f /dev/stdin && echo a file", { input: "file" });
  expect((await jail.run(first)).stdout).toBe("line 1\na file\n");
  expect((await jail.run(shell("cat", { input: "file" }))).stdout).toBe("line 1\nline 2\n");
});

test("streamed input comes through byte for byte, however long it is", async () => {
  await using jail = await openTestJail(jailer());
  const input = randomBytes(3 * MIB);
  const program = jail.start(shell("exec cat", { input: "stream", limits: { stdoutBytes: 4 * MIB } }));
  for (let start = 0; start < input.length; start += 100_000) {
    await program.stage.write(input.subarray(start, start + 100_000));
  }
  program.stage.endInput();
  expect((await program.ran).output.equals(input)).toBe(true);
});

test("a program and its peer can talk to each other line by line", async () => {
  await using jail = await openTestJail(jailer());
  const script = 'while read line; do echo "you said $line"; done; echo bye';
  const program = jail.start(shell(script, { input: "stream" }));
  for (const word of ["one", "two", "three"]) {
    await program.stage.write(Buffer.from(`${word}\n`));
    await program.prints(`you said ${word}\n`);
  }
  program.stage.endInput();
  expect(await program.ran).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/bye\n$/) });
});

test("a program that does not read holds its writer back, and its own end lets the writer go", async () => {
  await using jail = await openTestJail(jailer());
  const program = jail.start(shell(`echo ready; sleep ${0.5 * TIME_FACTOR}`, { input: "stream" }));
  await program.prints("ready");
  let written = false;
  const writing = program.stage.write(Buffer.alloc(MIB)).then(() => {
    written = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(written).toBe(false);
  expect((await program.ran).exitCode).toBe(0);
  await writing;
});

test("a program that reads its input slowly gets all of it", async () => {
  const source = `
import sys, time
count = 0
while data := sys.stdin.buffer.read1(20000):
    count += len(data)
    time.sleep(0.005)
print(count)
`;
  const setup = await python(source, { input: "stream" });
  await using jail = await openTestJail(jailer(), setup);
  const program = jail.start(setup);
  await program.stage.write(Buffer.alloc(500_000));
  program.stage.endInput();
  expect((await program.ran).stdout).toBe("500000\n");
});

test("input for a program that has closed its stdin is taken and dropped", async () => {
  await using jail = await openTestJail(jailer());
  const program = jail.start(shell("exec <&-; echo ready; sleep 0.5; echo end", { input: "stream" }));
  await program.prints("ready");
  await program.stage.write(Buffer.alloc(MIB));
  program.stage.endInput();
  expect(await program.ran).toMatchObject({ stdout: "ready\nend\n", exitCode: 0 });
});

test("many small pieces of dropped input do not pile up while the peer takes no output", async () => {
  await using jail = await openTestJail(jailer());
  const gate = Promise.withResolvers<void>();
  const script = "exec <&-; sleep 0.1; exec head -c 900000 /dev/zero";
  const setup = shell(script, { input: "stream", onOutput: () => gate.promise });
  const program = jail.start(setup);
  await program.stage.write(Buffer.from("x"));
  await new Promise((resolve) => setTimeout(resolve, 300));
  for (let piece = 0; piece < 3_000; piece += 1) void program.stage.write(Buffer.from("x"));
  await new Promise((resolve) => setTimeout(resolve, 200));
  gate.resolve();
  expect(await program.ran).toMatchObject({ cause: "exited", stdoutBytes: 900_000 });
});

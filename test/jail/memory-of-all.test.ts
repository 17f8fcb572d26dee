import { expect, test } from "vitest";
import { jailerOfFile } from "../support/jailer-of-file.ts";
import { runProgram, shell } from "../support/program.ts";
import { TIME_FACTOR } from "../support/time-factor.ts";

const MIB = 2 ** 20;

const jailer = jailerOfFile({ slots: 3, memoryTotal: 96 * MIB });

const GREEDY = `perl -e '$taken = "x" x (${160 * MIB})'`;

test("a job that meets the limit of all jobs together ends no other job, and is told no verdict on itself", async () => {
  const innocent = () => runProgram(jailer(), shell(`sleep ${2 * TIME_FACTOR}; echo done`));
  const greedy = runProgram(jailer(), shell(`sleep 0.5; exec ${GREEDY}`));
  const [first, second] = await Promise.all([
    innocent(),
    innocent(),
    expect(greedy).rejects.toMatchObject({ code: "busy" }),
  ]);
  for (const ran of [first, second])
    expect(ran).toMatchObject({ cause: "exited", exitCode: 0, stdout: "done\n" });
});

test("a job that meets its own limit first is told so", async () => {
  const ran = await runProgram(jailer(), shell(GREEDY, { limits: { memoryBytes: 32 * MIB } }));
  expect(ran.cause).toBe("memory");
});

import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { jailerOfFile } from "../support/jailer-of-file.ts";
import { pythonFile, runProgram, shell } from "../support/program.ts";
import { openTestJail } from "../support/test-jail.ts";

const jailer = jailerOfFile({ slots: 3 });

/** What neighbours.py looks into. */
const KINDS = [
  "files",
  "shared memory",
  "message queues",
  "semaphores",
  "POSIX message queues",
  "processes",
  "signals",
  "loopback",
  "loopback of IPv6",
  "abstract sockets",
] as const;

describe("while another jail holds a secret", () => {
  let insideOneJail: string[];
  let fromAnotherJail: string[];
  let uids: string[];

  beforeAll(async () => {
    const secret = randomUUID();
    const program = (role: string) => pythonFile("neighbours.py", {}, [role, secret]);
    const both = await runProgram(jailer(), await program("both"));
    insideOneJail = both.stdout.trim().split("\n");
    const hide = await program("hide");
    await using holder = await openTestJail(jailer(), hide);
    const hiding = holder.start(hide);
    await hiding.prints("hidden");
    const seek = await runProgram(jailer(), await program("seek"));
    fromAnotherJail = seek.stdout.trim().split("\n");
    expect([both.stderr, seek.stderr]).toEqual(["", ""]);
    const jails = [await openTestJail(jailer()), await openTestJail(jailer())];
    uids = await Promise.all(jails.map(async (jail) => (await jail.run(shell("id -u"))).stdout));
    await Promise.all(jails.map((jail) => jail[Symbol.asyncDispose]()));
    hiding.stage.signal(9);
    expect((await hiding.ran).signal).toBe("SIGKILL");
  });

  test.each(KINDS)("its %s cannot be reached, which a process of its own could", (kind) => {
    expect(insideOneJail).toContain(kind);
    expect(fromAnotherJail).not.toContain(kind);
  });

  test("two jails run as two users", () => {
    expect(new Set(uids).size).toBe(2);
  });
});

test("a job that takes every terminal that it can get leaves some for the others", async () => {
  const flood = await pythonFile("take-terminals.py", { limits: { openFiles: 1024 } });
  await using greedy = await openTestJail(jailer(), flood);
  const taking = greedy.start(flood);
  await taking.prints("ENOSPC");
  const terminal = { rows: 24, columns: 80 };
  const ran = await runProgram(jailer(), { argv: ["/usr/bin/tty"], input: terminal });
  expect(ran.stdout).toMatch(/^\/dev\/pts\/\d+\r\n$/);
});

import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { AheadStage, Gate, Jail, JailFile, StageRequest } from "../../src/jail/jail.ts";
import { openJail } from "../../src/jail/open-jail.ts";
import { isAlive } from "../support/is-alive.ts";
import { jailerOfFile } from "../support/jailer-of-file.ts";
import { SANITIZED } from "../support/start-jailer.ts";
import { BASE } from "../support/test-data.ts";
import { JAIL_LIMITS, STAGE_LIMITS } from "../support/test-limits.ts";

const jailer = jailerOfFile({ slots: 3 }, SANITIZED);

const MAIN = "submission/main.sh";

interface AheadSetup {
  readonly argv?: readonly string[];
  readonly gate?: Gate;
  readonly names?: readonly string[];
  readonly executable?: boolean;
  readonly limits?: Partial<StageRequest["limits"]>;
}

interface Started extends AsyncDisposable {
  readonly jail: Jail;
  readonly ahead: AheadStage;
  /** Brings the job, and resolves with what came of it. */
  run(
    contents: Readonly<Record<string, string | Buffer>>,
  ): Promise<{ output: string; exitCode: number | null } & Record<string, unknown>>;
}

/** Starts a program ahead, over files without content. */
async function startAhead(setup: AheadSetup = {}): Promise<Started> {
  const {
    argv = ["/bin/sh", "main.sh"],
    gate = "open",
    names = [MAIN, "stdin.stdin"],
    executable = false,
  } = setup;
  const jail = await openJail({ socketPath: jailer().socketPath });
  jail.attach({ base: BASE, layers: [] }, JAIL_LIMITS);
  const request: StageRequest = {
    ...{ argv, env: { PATH: "/usr/bin:/bin" }, cwd: "/box/submission", stdin: "file" },
    limits: { ...STAGE_LIMITS, ...setup.limits },
  };
  const files: JailFile[] = names.map((name) => ({ name, content: Buffer.alloc(0), executable }));
  const ahead = jail.startAhead(request, gate, files);
  const run: Started["run"] = async (contents) => {
    const chunks: Buffer[] = [];
    const filled = Object.entries(contents).map(([name, text]) => ({ name, content: Buffer.from(text) }));
    const stage = ahead.go(filled, (_, chunk) => void chunks.push(chunk));
    const report = await stage.report;
    return { ...report, output: Buffer.concat(chunks).toString() };
  };
  return { jail, ahead, run, [Symbol.asyncDispose]: () => jail[Symbol.asyncDispose]() };
}

test("a program started ahead waits at the job's file, and runs the job when it comes", async () => {
  await using started = await startAhead();
  const { memoryBytes } = await started.ahead.waiting;
  expect(memoryBytes).toBeGreaterThan(4096);
  const ran = await started.run({ [MAIN]: 'read line; echo "$0 $line"; cat', "stdin.stdin": "one\ntwo\n" });
  expect(ran).toMatchObject({ exitCode: 0, cause: "exited", output: "main.sh one\ntwo\n" });
});

test("a job that comes before the program has started up is run all the same", async () => {
  for (let round = 0; round < 10; round += 1) {
    await using started = await startAhead();
    expect(await started.run({ [MAIN]: `echo ${round}` })).toMatchObject({ output: `${round}\n` });
  }
});

test("a program that opens its file early waits where it reads it", async () => {
  const argv = ["/usr/bin/perl", "main.sh"];
  await using started = await startAhead({ argv, gate: "read" });
  await started.ahead.waiting;
  expect(await started.run({ [MAIN]: 'print "ran\n"' })).toMatchObject({ output: "ran\n", exitCode: 0 });
});

test("a program that is to be executed waits to be written", async () => {
  const argv = ["/bin/sh", "-c", "exec ./main.sh"];
  await using started = await startAhead({ argv, executable: true });
  await started.ahead.waiting;
  expect(await started.run({ [MAIN]: "#!/bin/sh\necho $0" })).toMatchObject({ output: "./main.sh\n" });
});

test("every file of the job holds the program up, and all contents are there when it goes on", async () => {
  const names = [MAIN, "submission/lib/part.sh", "stdin.stdin", "args.args"];
  await using started = await startAhead({ argv: ["/bin/sh", "-c", ". ./lib/part.sh; . ./main.sh"], names });
  await started.ahead.waiting;
  const big = "#".repeat(3_000_000);
  const contents = { [MAIN]: "echo main", "submission/lib/part.sh": `echo part\n${big}\n`, "args.args": "" };
  expect(await started.run(contents)).toMatchObject({ output: "part\nmain\n" });
});

test("its time counts from the job's coming", async () => {
  const limits = { wallTimeMs: 1_000, cpuTimeMs: 1_000 };
  const argv = ["/bin/sh", "-c", "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; . ./main.sh"];
  await using started = await startAhead({ argv, limits });
  await started.ahead.waiting;
  await sleep(1_100);
  const ran = await started.run({ [MAIN]: "echo in time" });
  expect(ran).toMatchObject({ cause: "exited", output: "in time\n" });
  expect(ran.wallTimeMs).toBeLessThan(1_000);
  expect(ran.cpuTimeMs).toBeLessThan(1_000);
});

test("a job that runs too long is killed, its limit counted from its coming", async () => {
  await using started = await startAhead({ limits: { wallTimeMs: 300 } });
  await started.ahead.waiting;
  await sleep(400);
  expect(await started.run({ [MAIN]: "echo begun; sleep 20" })).toMatchObject({
    ...{ cause: "wall-time", output: "begun\n" },
  });
});

test("the memory limit holds as for any stage", async () => {
  await using started = await startAhead({ limits: { memoryBytes: 32 * 1024 * 1024 } });
  await started.ahead.waiting;
  expect(await started.run({ [MAIN]: "x=0123456789abcdef; while :; do x=$x$x; done" })).toMatchObject({
    cause: "memory",
  });
});

test("a program that ends before its job comes is told as the jailer's failure", async () => {
  await using started = await startAhead({ argv: ["/bin/true"] });
  await expect(started.ahead.waiting).rejects.toMatchObject({
    code: "jailer_failed",
    message: "a program started ahead has ended before its job came",
  });
});

test("a program that waits dies with its connection, and nothing is left of it", async () => {
  const started = await startAhead();
  await started.ahead.waiting;
  await started[Symbol.asyncDispose]();
  expect(isAlive(jailer().pid)).toBe(true);
});

test("a program that waits finds no descriptor but its own three, and cannot take the gate away", async () => {
  const argv = ["/bin/sh", "-c", "ls /proc/self/fd | tr '\\n' ' '; cat ./main.sh"];
  await using started = await startAhead({ argv });
  await started.ahead.waiting;
  expect(await started.run({ [MAIN]: "content" })).toMatchObject({ output: "0 1 2 3 content" });
});

test("a file that comes for the job is made through no link that the waiting program has planted", async () => {
  const argv = ["/bin/sh", "-c", "ln -s /tmp link; . ./main.sh"];
  await using started = await startAhead({ argv });
  await started.ahead.waiting;
  const run = started.run({ "submission/link/planted": "x", [MAIN]: "ls /tmp" });
  await expect(run).rejects.toMatchObject({ code: "jailer_failed" });
});

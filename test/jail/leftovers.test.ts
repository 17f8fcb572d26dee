import { readdir, readFile, readlink } from "node:fs/promises";
import { execa } from "execa";
import { expect, test } from "vitest";
import { findLeftovers } from "../support/census.ts";
import { expectCensus, takeQuietCensus } from "../support/expect-census.ts";
import { jailerOfFile } from "../support/jailer-of-file.ts";
import { makeJailerPlace } from "../support/jailer-place.ts";
import { pythonFile, runProgram, shell } from "../support/program.ts";
import { startJailer, type TestJailer } from "../support/start-jailer.ts";
import { openTestJail } from "../support/test-jail.ts";
import { MIB } from "../support/test-limits.ts";
import { until } from "../support/until.ts";

const jailer = jailerOfFile({ slots: 4 });

/** Jobs that end in as many ways as there are. */
async function runEveryKind(own: TestJailer): Promise<void> {
  const daemon = shell("setsid sleep 60 & exit 0");
  const flood = shell("exec cat /dev/zero", { limits: { stdoutBytes: 1000 } });
  const sleeper = shell("sleep 60", { limits: { wallTimeMs: 100 } });
  const terminal = shell("tty; stty size", { input: { rows: 1, columns: 1 } });
  const missing = shell("true", { base: "no-such-base" });
  const bomb = shell("head -c 60M /dev/zero > /tmp/f", { limits: { memoryBytes: 16 * MIB } });
  const sockets = await pythonFile("local-sockets.py");
  const programs = [daemon, flood, sleeper, terminal, missing, bomb, sockets];
  await Promise.allSettled(programs.map((program) => runProgram(own, program)));
  const abandoned = await openTestJail(own);
  abandoned.start(shell("sleep 60"));
  await abandoned[Symbol.asyncDispose]();
}

test("after jobs of every kind there is nothing but what there was before", async () => {
  const before = await takeQuietCensus(jailer());
  await runEveryKind(jailer());
  await expectCensus(jailer(), before);
});

test("a hundred jobs leave no more than one does", async () => {
  await runProgram(jailer(), shell("true"));
  const before = await takeQuietCensus(jailer());
  for (let round = 0; round < 25; round += 1) {
    await Promise.all(Array.from({ length: 4 }, () => runProgram(jailer(), shell("true"))));
  }
  await expectCensus(jailer(), before);
});

/** Keeps a processor busy, and memory in use. */
const BUSY = "i=0; while [ $i -lt 200000 ]; do i=$((i + 1)); done; head -c 40M /dev/zero > /tmp/f";

test.each([
  ["used time and memory", shell(BUSY), { cause: "exited" }],
  [
    "was refused a process",
    shell("sleep 9 & sleep 9 & sleep 9", { limits: { processes: 2 } }),
    { processLimitHit: true },
  ],
  [
    "ran out of memory",
    shell("head -c 60M /dev/zero > /tmp/f", { limits: { memoryBytes: 16 * MIB } }),
    { cause: "memory" },
  ],
])("a program's figures tell nothing of the one before it, which %s", async (_, program, expected) => {
  await using place = await makeJailerPlace({ slots: 1 });
  await using own = await startJailer(place);
  const first = await runProgram(own, shell("true"));
  for (let round = 0; round < 3; round += 1) {
    expect(await runProgram(own, program)).toMatchObject(expected);
    const next = await runProgram(own, shell("true"));
    expect(next).toMatchObject({ cause: "exited", exitCode: 0, processLimitHit: false, stderr: "" });
    expect(next.memoryBytes).toBeLessThan(first.memoryBytes + 2 * MIB);
  }
});

test("a program's time does not count for the next one", async () => {
  await using place = await makeJailerPlace({ slots: 1 });
  await using own = await startJailer(place);
  const busy = await runProgram(own, shell(BUSY));
  const next = await runProgram(own, shell("true"));
  expect(next.cpuTimeMs).toBeLessThan(busy.cpuTimeMs);
});

const KINDS = ["cgroup", "ipc", "mnt", "net", "pid", "uts"];

/** The namespaces of a process, where it is still there (namespaces(7)). */
async function namespacesOf(pid: number | "self"): Promise<string[]> {
  const links = await Promise.allSettled(KINDS.map((kind) => readlink(`/proc/${pid}/ns/${kind}`)));
  return links.flatMap((link) => (link.status === "fulfilled" ? [link.value] : []));
}

/** When a process started, in clock ticks since boot; never, where it is gone (proc_pid_stat(5), field 22). */
async function startOf(pid: number | "self"): Promise<number> {
  const line = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return Number(line.slice(line.lastIndexOf(")") + 2).split(" ")[19] ?? Number.POSITIVE_INFINITY);
}

/** The processes in any of these namespaces that started no later than a time. */
async function membersOf(namespaces: readonly string[], startedBy: number): Promise<number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const members = await Promise.all(
    pids.map(async (pid) => {
      const own = await namespacesOf(pid);
      return own.some((namespace) => namespaces.includes(namespace)) && (await startOf(pid)) <= startedBy;
    }),
  );
  return pids.filter((_, index) => members[index]);
}

test("a jail has six namespaces of its own, and no process is in one of them when it is gone", async () => {
  const jail = await openTestJail(jailer());
  const script = `sleep 60 & for n in ${KINDS.join(" ")}; do readlink /proc/self/ns/$n; done; echo end; wait`;
  const program = jail.start(shell(script));
  await program.prints("end");
  const namespaces = program.stdout().split("\n").slice(0, KINDS.length);
  for (const namespace of [...(await namespacesOf("self")), ...(await namespacesOf(jailer().pid))]) {
    expect(namespaces).not.toContain(namespace);
  }
  // A namespace's number is given to another jail's once it is gone: whoever is in one by that time started later.
  const now = await execa("cut", ["-d ", "-f22", "/proc/self/stat"]);
  expect((await membersOf(namespaces, Number(now.stdout))).length).toBeGreaterThan(1);
  await jail[Symbol.asyncDispose]();
  // The session, which was in the jail's network, closes its connection just before it ends.
  await until("nobody is left", async () => (await membersOf(namespaces, Number(now.stdout))).length === 0);
});

test("a stopped jailer leaves no process, mount, cgroup, namespace or folder", async () => {
  await using place = await makeJailerPlace({ slots: 4 });
  const hostMounts = await readFile("/proc/self/mountinfo", "utf8");
  {
    await using own = await startJailer(place);
    await runEveryKind(own);
  }
  expect(await findLeftovers(place)).toEqual([]);
  expect(await readFile("/proc/self/mountinfo", "utf8")).toBe(hostMounts);
});

test("a jailer that was killed leaves nothing that the next one of its id does not remove", async () => {
  await using place = await makeJailerPlace({ slots: 4 });
  const first = await startJailer(place);
  await runEveryKind(first);
  await first.crash();
  await until("its jails are gone", async () => {
    const left = await findLeftovers(place);
    return left.every((path) => path.startsWith("/"));
  });
  {
    await using _second = await startJailer(place);
  }
  expect(await findLeftovers(place)).toEqual([]);
});

import { readdir, readFile, readlink } from "node:fs/promises";
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

/** The namespaces of every process and every descriptor on this machine. */
async function namespacesOfTheMachine(): Promise<ReadonlySet<string>> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const links = await Promise.all(
    pids.flatMap((pid) =>
      ["ns", "fd"].map(async (kind) => {
        const names = await readdir(`/proc/${pid}/${kind}`).catch(() => []);
        return Promise.all(names.map((name) => readlink(`/proc/${pid}/${kind}/${name}`).catch(() => "")));
      }),
    ),
  );
  return new Set(links.flat().filter((link) => /^\w+:\[\d+\]$/.test(link)));
}

test("a jail has six namespaces of its own, and no process or descriptor keeps them when it is gone", async () => {
  const host = await namespacesOfTheMachine();
  const list = shell("for n in cgroup ipc mnt net pid uts; do readlink /proc/self/ns/$n; done");
  const namespaces = (await runProgram(jailer(), list)).stdout.trim().split("\n");
  expect(namespaces).toHaveLength(6);
  for (const namespace of namespaces) expect(host).not.toContain(namespace);
  const still = await namespacesOfTheMachine();
  for (const namespace of namespaces) expect(still).not.toContain(namespace);
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

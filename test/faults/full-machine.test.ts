import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, readdir, readFile, rmdir, writeFile } from "node:fs/promises";
import { totalmem } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { executed } from "../api/executed.ts";
import { type Serving, startServing } from "../cli/serving.ts";
import { CGROUP_V2 } from "../support/cgroup-version.ts";
import { until } from "../support/until.ts";
import { answerTo, expectServed, type Job } from "./answer-to.ts";
import { MACHINE_IS_MINE, ONLY_MINE } from "./machine-is-mine.ts";
import { PATIENT } from "./patient.ts";

vi.setConfig(PATIENT);

const HELLO: Job = { language: "bash", files: [{ content: "echo hello" }] };

/** What a job is told that could not be started. */
const CLEAR = /^(right|error (jailer_failed|jail_lost|jailer_absent|busy))$/;

function processesOf(serving: Serving): readonly number[] {
  return [serving.pid, serving.child("jailer"), serving.child("daemon")];
}

/** All slots, at one time. */
async function expectAllSlots(serving: Serving): Promise<void> {
  await expectServed(serving.url, HELLO);
  const all = Array.from({ length: serving.slots }, () => answerTo(serving.url, HELLO));
  expect(await Promise.all(all)).toEqual(all.map(() => "right"));
}

// With v2 the jailer leaves the group that it was started in, for one of its own.
test.skipIf(CGROUP_V2)(
  "where the server may start no process more, jobs fail clearly and it stays; then all slots work again (cgroup v1)",
  async () => {
    const group = `/sys/fs/cgroup/pids/crankcase-test-full-${process.pid}`;
    await mkdir(group);
    {
      const before = ["sh", "-c", 'echo $$ >"$0/cgroup.procs" && exec "$@"', group];
      await using serving = await startServing({ ready_jails: 2 }, {}, { before });
      await expectAllSlots(serving);
      const processes = processesOf(serving);
      // Fewer than there are: whoever ends gives no place free.
      await writeFile(join(group, "pids.max"), "1");
      const answers = [];
      for (let job = 0; job < 6; job += 1) answers.push(await answerTo(serving.url, HELLO));
      expect(answers.filter((answer) => !CLEAR.test(answer))).toEqual([]);
      expect(answers.at(-1)).not.toBe("right");
      expect((await fetch(`${serving.url}/healthz`)).status).toBe(200);
      await writeFile(join(group, "pids.max"), "max");
      await expectAllSlots(serving);
      expect(processesOf(serving)).toEqual(processes);
    }
    await rmdir(group);
  },
);

test.runIf(MACHINE_IS_MINE)(
  `without a free process id on the machine jobs fail clearly or run, and the server stays ${ONLY_MINE}`,
  async () => {
    await using serving = await startServing({ ready_jails: 2 });
    await expectAllSlots(serving);
    const processes = processesOf(serving);
    const file = "/proc/sys/kernel/pid_max";
    const before = await readFile(file, "utf8");
    const hogs: ChildProcess[] = [];
    try {
      // The kernel takes no less than 301 (pid_max_min in kernel/pid.c).
      await writeFile(file, String(Math.max(301, (await countTasks()) + 20)));
      for (let full = false; !full && hogs.length < 400; ) {
        const hog = spawn("sleep", ["60"], { stdio: "ignore" });
        hog.on("error", () => undefined);
        full = hog.pid === undefined;
        if (!full) hogs.push(hog);
      }
      for (let job = 0; job < 6; job += 1) expect(await answerTo(serving.url, HELLO)).toMatch(CLEAR);
    } finally {
      await writeFile(file, before);
      for (const hog of hogs) hog.kill("SIGKILL");
    }
    await expectAllSlots(serving);
    expect(processesOf(serving)).toEqual(processes);
  },
);

async function countTasks(): Promise<number> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const tasks = await Promise.all(pids.map((pid) => readdir(`/proc/${pid}/task`).catch(() => [])));
  return tasks.reduce((sum, { length }) => sum + length, 0);
}

test.runIf(MACHINE_IS_MINE)(
  `without memory on the machine jobs are killed and told so before anybody else is, and the server stays ${ONLY_MINE}`,
  { timeout: 240_000 },
  async () => {
    const all = 4 * totalmem();
    const much = { memory_bytes: all, wall_time_ms: 60_000, cpu_time_ms: 60_000 };
    const limits = { run: { maximum: much, default: much } };
    await using serving = await startServing({ ready_jails: 0, jobs_memory_bytes: all, limits });
    await expectAllSlots(serving);
    const processes = processesOf(serving);
    const content = "x = []\nwhile True: x.append(b'x' * 16_000_000)";
    const hogs = [1, 2].map(() => executed({ language: "python", files: [{ content }] }, serving.url));
    await sleep(1_000);
    const meanwhile = await answerTo(serving.url, HELLO);
    expect(meanwhile).toMatch(/^(right|error \w+)$|"cause":"(memory|signaled)"/);
    for (const { run, code } of await Promise.all(hogs))
      expect(run?.cause ?? code).toMatch(/^(memory|signaled|busy|jailer_failed)$/);
    await until("health answers", async () => (await fetch(`${serving.url}/healthz`)).status === 200);
    await expectAllSlots(serving);
    expect(processesOf(serving)).toEqual(processes);
  },
);

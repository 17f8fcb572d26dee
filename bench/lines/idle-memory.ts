import { setTimeout as sleep } from "node:timers/promises";
import { openJail } from "../../src/jail/open-jail.ts";
import { atMost } from "../figures.ts";
import type { Bench } from "../measuring/bench.ts";
import {
  descendantsOf,
  groupKernelBytes,
  kernelBytes,
  programOf,
  pssBytes,
} from "../measuring/process-memory.ts";
import { python } from "../program.ts";
import { startHttpClient } from "../ways/http-way.ts";
import { type BenchServer, startServer } from "./bench-server.ts";
import type { Line } from "./line.ts";

const MEGABYTE = 1e6;

/** Idle means that it has worked before, and then has not for a while. */
const CLIENTS = 4;
const IDLE_MS = 20_000;
const LOOK_MS = 500;

/** Jails that are opened to see what one is. */
const JAILS = 8;

/** What a server takes that has nothing to do. */
export const idleMemory: Line = {
  name: "idle-memory",
  title: "idle memory: PSS, of a jail with the kernel memory of its cgroup",
  measure,
};

async function measure(bench: Bench) {
  await using acquired = new AsyncDisposableStack();
  const server = await startServer(bench, acquired);
  await work(bench, server);
  await idle(bench);
  const processes = await processesOf(server.instance.pid);
  const [daemon, jailer, parent] = await Promise.all(
    [processes.daemon, processes.jailer, server.instance.pid].map(pssBytes),
  );
  const jail = await measureJails(server, processes.jailer);
  const notes = [
    `Daemon and jailer: PSS (/proc/PID/smaps_rollup) after ${bench.runs} jobs and ${IDLE_MS / 1000} s of rest. The small parent of both (\`crankcase serve\`) has ${mb(parent).toFixed(1)} MB besides.`,
    `A ready jail: the mean of ${JAILS}; PSS of its processes ${mb(jail.pss).toFixed(2)} MB, kernel memory that its cgroup is charged with ${mb(jail.charged).toFixed(2)} MB. All kernel memory of the machine (slabs, stacks, page tables, per-CPU) grew by ${mb(jail.kernel).toFixed(2)} MB for each: on cgroup v1 most of a ready jail's is charged to nobody.`,
  ];
  const checks = [
    atMost(110, { what: "daemon", value: mb(daemon), unit: "MB" }),
    atMost(5, { what: "jailer", value: mb(jailer), unit: "MB" }),
    atMost(1.5, { what: "one ready jail", value: mb(jail.pss + jail.charged), unit: "MB" }),
  ];
  return { ways: [], checks, notes };
}

async function work(bench: Bench, { native }: BenchServer): Promise<void> {
  await using client = await startHttpClient(bench, { program: python, server: native, clients: CLIENTS });
  await client.order(`${bench.runs} 0 0`);
}

async function idle(bench: Bench): Promise<void> {
  for (let waited = 0; waited < IDLE_MS; waited += LOOK_MS) {
    bench.stop.throwIfAborted();
    await sleep(LOOK_MS);
    bench.progress(waited / IDLE_MS);
  }
}

/** The children of `crankcase serve`. */
async function processesOf(parent: number): Promise<{ daemon: number; jailer: number }> {
  const all = await descendantsOf(parent);
  const named = await Promise.all(all.map(async (pid) => ({ pid, name: await programOf(pid) })));
  const jailer = named.find(({ name }) => name === "jailer")?.pid;
  const daemon = named.find(({ name }) => name !== "jailer")?.pid;
  if (jailer === undefined || daemon === undefined) throw new Error("jailer or daemon was not found");
  return { daemon, jailer };
}

/** Bytes of one jail that is ready: of its processes, charged to its cgroup, and in the whole kernel. */
async function measureJails({ instance }: BenchServer, jailer: number) {
  await using jails = new AsyncDisposableStack();
  const group = `crankcase-${instance.name}`;
  const before = new Set(await descendantsOf(jailer));
  const [charged, kernel] = [await groupKernelBytes(group), await kernelBytes()];
  for (let count = 0; count < JAILS; count += 1) {
    jails.use(await openJail({ socketPath: instance.socketPath }));
  }
  const own = (await descendantsOf(jailer)).filter((pid) => !before.has(pid));
  const pss = (await Promise.all(own.map(pssBytes))).reduce((sum, bytes) => sum + bytes, 0);
  return {
    pss: pss / JAILS,
    charged: ((await groupKernelBytes(group)) - charged) / JAILS,
    kernel: ((await kernelBytes()) - kernel) / JAILS,
  };
}

function mb(bytes = 0): number {
  return bytes / MEGABYTE;
}

import { readdir, readFile, readlink, stat } from "node:fs/promises";
import { join } from "node:path";
import type { CrankcaseInstance } from "../crankcase-instance.ts";
import { descendantsOf, programOf } from "../measuring/process-memory.ts";
import { daemonOf, processesOf } from "../watched-processes.ts";

/** What a server has, between two windows, when no job runs. */
export interface Sample {
  /** Jobs so far. */
  readonly jobs: number;
  readonly daemonMb: number;
  /** Of the daemon's memory what its objects and buffers need, after a collection. */
  readonly heapMb: number;
  readonly jailerMb: number;
  readonly daemonFds: number;
  readonly jailerFds: number;
  /** Processes of runners: those that wait for a job. */
  readonly runners: number;
  /** Of the jailer's mount namespace. */
  readonly mounts: number;
  /** Beside those that slots keep. */
  readonly cgroups: number;
  /** Different namespaces of the server's processes. */
  readonly namespaces: number;
  /** Of the run folder; the compile cache, which has a bound of its own, is left out. */
  readonly diskMb: number;
}

/** The daemon's and the jailer's process. */
export interface ServerProcesses {
  readonly daemon: number;
  readonly jailer: number;
}

/** Finds them. Throws where one is missing. */
export async function serverProcesses({ pid, port }: CrankcaseInstance): Promise<ServerProcesses> {
  const family = await descendantsOf(pid);
  // Those of jobs may end while they are looked at.
  const named = await Promise.all(
    family.map(async (one) => [await programOf(one).catch(() => ""), one] as const),
  );
  const jailer = named.find(([name]) => name === "jailer")?.[1];
  if (jailer === undefined) throw new Error("the jailer does not run");
  return { daemon: await daemonOf(port), jailer };
}

/** Counts what the server has. */
export async function takeSample(
  instance: CrankcaseInstance,
  { daemon, jailer }: ServerProcesses,
  { jobs, heapMb }: Pick<Sample, "jobs" | "heapMb">,
): Promise<Sample> {
  const mounts = await readFile(`/proc/${jailer}/mountinfo`, "utf8");
  return {
    ...{ jobs, heapMb },
    daemonMb: await residentMb(daemon),
    jailerMb: await residentMb(jailer),
    daemonFds: (await readdir(`/proc/${daemon}/fd`)).length,
    jailerFds: (await readdir(`/proc/${jailer}/fd`)).length,
    runners: await processesOf(instance.runnerUids),
    mounts: mounts.trimEnd().split("\n").length,
    cgroups: await groupsOf(instance.name),
    namespaces: await namespacesOf([instance.pid, ...(await descendantsOf(instance.pid))]),
    diskMb: (await bytesBelow(join(instance.socketPath, ".."))) / 1e6,
  };
}

async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
}

/** Kept on purpose: each slot has one, and on v1 one for each of a job's two stages; the last slot's come late. */
const KEPT_GROUP = /^slot-\d+(\/stage-[12])?$/;

/** Groups of the instance in every hierarchy that is mounted, but those that its slots keep. */
async function groupsOf(name: string): Promise<number> {
  const lines = (await readFile("/proc/self/mountinfo", "utf8")).split("\n");
  const trees = lines.filter((line) => / - cgroup2? /.test(line)).map((line) => line.split(" ")[4] ?? "");
  const groups = await Promise.all(trees.map((tree) => foldersBelow(join(tree, `crankcase-${name}`))));
  return groups.flat().filter((group) => !KEPT_GROUP.test(group)).length;
}

/** Their paths from there on. */
async function foldersBelow(top: string, path = ""): Promise<string[]> {
  const entries = await readdir(join(top, path), { withFileTypes: true }).catch(() => []);
  const below = entries.filter((entry) => entry.isDirectory()).map((entry) => join(path, entry.name));
  return [...below, ...(await Promise.all(below.map((folder) => foldersBelow(top, folder)))).flat()];
}

async function namespacesOf(pids: readonly number[]): Promise<number> {
  const found = new Set<string>();
  for (const pid of pids) {
    for (const kind of await readdir(`/proc/${pid}/ns`).catch(() => [])) {
      found.add(await readlink(`/proc/${pid}/ns/${kind}`).catch(() => ""));
    }
  }
  return found.size;
}

async function bytesBelow(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const counted = names.filter((name) => !name.includes("compiled"));
  const sizes = counted.map(async (name) => {
    const about = await stat(join(folder, name)).catch(() => null);
    return about?.isFile() === true ? about.blocks * 512 : 0;
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

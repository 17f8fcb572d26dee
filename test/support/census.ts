import { readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import type { JailerPlace } from "./jailer-place.ts";
import type { TestJailer } from "./start-jailer.ts";

/** What there is of a jailer and its jails on this machine, each thing by a name of its own. */
export interface Census {
  /** Processes that descend from the jailer, or run as one of its runners. */
  readonly processes: readonly string[];
  /** Namespaces that the jailer and those processes are in. */
  readonly namespaces: readonly string[];
  /** Mount points that the jailer sees; the roots of runtimes, which it keeps, are left out. */
  readonly mounts: readonly string[];
  /** Cgroups of the instance, with their processes; those that a slot keeps count when they have any. */
  readonly cgroups: readonly string[];
  /** Entries of the run folder and of the folder of builds; mount points of runtimes are left out. */
  readonly folders: readonly string[];
  /** The jailer's own open descriptors; a slot's network, which it keeps, is left out. */
  readonly descriptors: readonly string[];
}

/** Counts what there is while the jailer serves. */
export async function takeCensus({ place, pid }: Pick<TestJailer, "place" | "pid">): Promise<Census> {
  const family = await familyOf(pid, place);
  return {
    processes: family.map(({ pid, name }) => `${pid} ${name}`),
    namespaces: await namespacesOf([pid, ...family.map((process) => process.pid)]),
    mounts: (await mountPoints(pid)).filter((path) => !path.startsWith(join(place.runDir, "roots/"))),
    cgroups: await cgroupsOf(place),
    folders: await entriesOf(place),
    descriptors: await descriptorsOf(pid),
  };
}

/** Whatever is left of an instance when its jailer has ended; the place's own folders are its test's to remove. */
export async function findLeftovers(place: JailerPlace): Promise<readonly string[]> {
  const processes = await runnersOf(place);
  const mounts = (await mountPoints("self")).filter((path) => path.startsWith(place.runDir));
  const cgroups = (await instanceGroups(place)).flat();
  return [...processes, ...mounts, ...cgroups, ...(await entriesOf(place))];
}

/** The processes that run as the instance's runners. */
export async function runnersOf(place: JailerPlace): Promise<readonly string[]> {
  const isRunner = runnerTest(place);
  const processes = await allProcesses();
  return processes.filter(({ uid }) => isRunner(uid)).map(({ pid, name }) => `${pid} ${name}`);
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly uid: number;
  readonly name: string;
}

function runnerTest({ runnerUidMin, slots }: JailerPlace): (uid: number) => boolean {
  return (uid) => uid >= runnerUidMin && uid < runnerUidMin + slots;
}

async function familyOf(jailer: number, place: JailerPlace): Promise<readonly Process[]> {
  const isRunner = runnerTest(place);
  const known = new Set([jailer]);
  const processes = (await allProcesses()).toSorted((a, b) => a.pid - b.pid);
  const belongs = ({ parent, uid }: Process) => known.has(parent) || isRunner(uid);
  // A child can have a lower number than its parent once the numbers have gone round: look until nobody is new.
  for (let before = 0; before !== known.size; ) {
    before = known.size;
    for (const process of processes) if (belongs(process)) known.add(process.pid);
  }
  return processes.filter(({ pid }) => pid !== jailer && known.has(pid));
}

async function allProcesses(): Promise<readonly Process[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const processes = await Promise.all(pids.map(readProcess));
  return processes.filter((process) => process !== undefined);
}

async function readProcess(pid: string): Promise<Process | undefined> {
  const status = await orIfGone(readFile(`/proc/${pid}/status`, "utf8"), "");
  const field = (name: string) => new RegExp(`^${name}:\\s+(\\S+)`, "m").exec(status)?.[1];
  const [parent, uid, name = ""] = [field("PPid"), field("Uid"), field("Name")];
  if (parent === undefined || uid === undefined) return undefined;
  return { pid: Number(pid), parent: Number(parent), uid: Number(uid), name };
}

async function namespacesOf(pids: readonly number[]): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const pid of pids) {
    for (const kind of await orIfGone(readdir(`/proc/${pid}/ns`), [])) {
      found.add(await orIfGone(readlink(`/proc/${pid}/ns/${kind}`), ""));
    }
  }
  return [...found].toSorted();
}

/** Mount points, each as often as something is mounted there (proc(5), mountinfo). */
async function mountPoints(pid: number | "self"): Promise<readonly string[]> {
  const lines = (await readFile(`/proc/${pid}/mountinfo`, "utf8")).trimEnd().split("\n");
  return lines.map((line) => line.split(" ")[4] ?? "").toSorted();
}

async function cgroupsOf(place: JailerPlace): Promise<readonly string[]> {
  const trees = await instanceGroups(place);
  const groups = await Promise.all(trees.flat().map(describeGroup));
  return groups.filter((group) => !/\/slot-\d+(\/init|\/stage-[12])?: $/.test(group)).toSorted();
}

async function describeGroup(path: string): Promise<string> {
  const processes = await orIfGone(readFile(join(path, "cgroup.procs"), "utf8"), "");
  return `${path}: ${processes.trim().replaceAll("\n", " ")}`;
}

/** The instance's groups, with those below them, in each hierarchy; each after what it lies in. */
export async function instanceGroups({
  instance,
}: Pick<JailerPlace, "instance">): Promise<readonly string[][]> {
  const lines = (await readFile("/proc/self/mountinfo", "utf8")).trimEnd().split("\n");
  const hierarchies = lines
    .filter((line) => / - cgroup2? /.test(line))
    .map((line) => line.split(" ")[4] ?? "");
  return Promise.all(hierarchies.map((path) => foldersUpwardsFrom(join(path, `crankcase-${instance}`))));
}

async function foldersUpwardsFrom(path: string): Promise<string[]> {
  const entries = await orIfGone(readdir(path, { withFileTypes: true }), undefined);
  if (entries === undefined) return [];
  const below = entries.filter((entry) => entry.isDirectory()).map((entry) => join(path, entry.name));
  return [path, ...(await Promise.all(below.map(foldersUpwardsFrom))).flat()];
}

async function entriesOf({ runDir, buildsDir }: JailerPlace): Promise<readonly string[]> {
  const lists = [runDir, buildsDir].map(async (path) => {
    const entries = await orIfGone(readdir(path, { recursive: true }), []);
    return entries.map((entry) => join(path, entry));
  });
  return (await Promise.all(lists)).flat().filter((path) => !path.startsWith(join(runDir, "roots/")));
}

async function descriptorsOf(pid: number): Promise<readonly string[]> {
  const numbers = await readdir(`/proc/${pid}/fd`);
  const descriptors = await Promise.all(
    numbers.map(async (fd) => `${fd} ${await orIfGone(readlink(`/proc/${pid}/fd/${fd}`), "")}`),
  );
  return descriptors.filter((descriptor) => !/ net:\[\d+\]$/.test(descriptor));
}

/** Processes and groups may end while they are looked at. */
async function orIfGone<Value, Otherwise>(
  reading: Promise<Value>,
  otherwise: Otherwise,
): Promise<Value | Otherwise> {
  try {
    return await reading;
  } catch {
    return otherwise;
  }
}

import { access, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** Where kernels keep what all tasks together have had of the processors, the best first; how to read it in milliseconds. */
const SOURCES: readonly { readonly path: string; readonly read: (text: string) => number }[] = [
  // cgroup v1: nanoseconds. The root's figure has every task of the machine, kernel threads too.
  { path: "/sys/fs/cgroup/cpuacct/cpuacct.usage", read: (text) => Number(text) / 1e6 },
  { path: "/sys/fs/cgroup/cpu,cpuacct/cpuacct.usage", read: (text) => Number(text) / 1e6 },
  // cgroup v2: microseconds, of which the root's follow the clock's ticks.
  { path: "/sys/fs/cgroup/cpu.stat", read: (text) => Number(/usage_usec (\d+)/.exec(text)?.[1]) / 1e3 },
  // proc_stat(5): hundredths of a second for user, nice, system, (idle, waiting,) interrupts.
  { path: "/proc/stat", read: (text) => ticks(text) * 10 },
];

const QUIET_LOOK_MS = 20;
/** Less than that share of one core in a look counts as quiet. */
const QUIET_SHARE = 0.1;
/** Where others keep the machine busy, waiting would have no end. */
const MOST_LOOKS = 25;

/** Reads what the whole machine has used of its processors. */
export interface MachineCpu {
  readonly source: string;
  /** Milliseconds of CPU that all tasks together have had since some moment. */
  read(): Promise<number>;
  /** Waits until what the last runs left behind (jails that end, pools that refill) is done; half a second at most. */
  settle(): Promise<void>;
}

/** Finds the best account that this kernel keeps. */
export async function machineCpu(): Promise<MachineCpu> {
  for (const { path, read: parse } of SOURCES) {
    const there = await access(path).then(
      () => true,
      () => false,
    );
    if (!there) continue;
    const read = async () => parse(await readFile(path, "utf8"));
    return { source: path, read, settle: () => settle(read) };
  }
  throw new Error("this kernel does not tell what its processors do");
}

async function settle(read: () => Promise<number>): Promise<void> {
  let before = await read();
  for (let look = 0; look < MOST_LOOKS; look += 1) {
    const from = performance.now();
    await sleep(QUIET_LOOK_MS);
    const after = await read();
    if (after - before < QUIET_SHARE * (performance.now() - from)) return;
    before = after;
  }
}

function ticks(text: string): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = (/^cpu +(.*)$/m.exec(text)?.[1] ?? "")
    .split(" ")
    .map(Number);
  return user + nice + system + irq + softirq;
}

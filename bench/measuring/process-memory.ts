import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const KIB = 1024;

/** Kernel memory by kind, of the whole machine (proc_meminfo(5)). */
const KERNEL_KINDS = ["Slab", "KernelStack", "PageTables", "Percpu"];

/** Bytes that a process has of the machine's memory: its own, and its part of what it shares (smaps_rollup, proc(5)). */
export async function pssBytes(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, "utf8");
  return kibibytes(text, "Pss") * KIB;
}

/** The processes that this one has started, and those that they have, the nearest first. */
export async function descendantsOf(pid: number): Promise<number[]> {
  const found: number[] = [];
  const tasks = await readdir(`/proc/${pid}/task`).catch(() => []);
  for (const task of tasks) {
    const text = await readFile(`/proc/${pid}/task/${task}/children`, "utf8").catch(() => "");
    found.push(...text.split(" ").filter(Boolean).map(Number));
  }
  const below = await Promise.all(found.map(descendantsOf));
  return [...found, ...below.flat()];
}

/** The process's program, without its folder. */
export async function programOf(pid: number): Promise<string> {
  return (await readFile(`/proc/${pid}/comm`, "utf8")).trim();
}

/** Bytes of all memory that the kernel itself has. */
export async function kernelBytes(): Promise<number> {
  const text = await readFile("/proc/meminfo", "utf8");
  return KERNEL_KINDS.reduce((sum, kind) => sum + kibibytes(text, kind) * KIB, 0);
}

/** Bytes of kernel memory that a cgroup of this name, and all below it, are charged with; 0 where there is none. */
export async function groupKernelBytes(name: string): Promise<number> {
  const v1 = await readFile(join("/sys/fs/cgroup/memory", name, "memory.kmem.usage_in_bytes"), "utf8").catch(
    () => null,
  );
  if (v1 !== null) return Number(v1);
  const own = await readFile("/proc/self/cgroup", "utf8");
  const base = /^0::(.*)$/m.exec(own)?.[1] ?? "/";
  for (const place of [base, "/"]) {
    const path = join("/sys/fs/cgroup", place, name, "memory.stat");
    const text = await readFile(path, "utf8").catch(() => null);
    if (text !== null) return Number(/^kernel (\d+)$/m.exec(text)?.[1] ?? 0);
  }
  return 0;
}

function kibibytes(text: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(text)?.[1] ?? 0);
}

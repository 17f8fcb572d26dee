import { byteSize } from "../byte-size.ts";
import type { Check } from "../check.ts";
import { failed, ok, warning } from "../finding.ts";
import { meminfoBytes } from "../meminfo.ts";

/** Whether the machine's memory holds what jobs may use. */
export const memory: Check = {
  id: "memory",
  title: "Memory",
  why: "Jobs that together may use more than there is take the memory of the daemon and of everything else on the machine.",
  run: async (host, { config }) => {
    const meminfo = (await host.readFile("/proc/meminfo")) ?? "";
    const total = meminfoBytes(meminfo, "MemTotal") ?? 0;
    const available = meminfoBytes(meminfo, "MemAvailable") ?? 0;
    const bound = await containerBound(host.readFile);
    const jobs = config.jobsMemoryBytes;
    const detail = `${byteSize(available)} available of ${byteSize(Math.min(total, bound))}; jobs may use ${byteSize(jobs)} together`;
    const most = Math.floor(Math.min(total, bound) * 0.75);
    const mend = `echo CRANKCASE_JOBS_MEMORY_BYTES=${most} >>/etc/crankcase/environment`;
    if (jobs >= Math.min(total, bound)) return failed(detail, mend);
    const one = config.limits.run.default.memoryBytes;
    if (available >= one) return ok(detail);
    return warning(
      detail,
      null,
      `A single job may use ${byteSize(one)} by default, and that much is not available now.`,
    );
  },
};

/** In a container the machine's figures are not the ones that count (cgroup-v2.rst, memory.max). */
async function containerBound(readFile: (path: string) => Promise<string | null>): Promise<number> {
  const text = (await readFile("/sys/fs/cgroup/memory.max"))?.trim();
  return text === undefined || !/^\d+$/.test(text) ? Number.POSITIVE_INFINITY : Number(text);
}

import { byteSize } from "../byte-size.ts";
import { type CgroupLayout, cgroupLayout } from "../cgroup-layout.ts";
import type { Check } from "../check.ts";
import { ok, warning } from "../finding.ts";
import type { Host } from "../host.ts";
import { meminfoBytes } from "../meminfo.ts";

/** Whether jobs can be kept out of the swap. */
export const swap: Check = {
  id: "swap",
  title: "Swap",
  why: "Where the kernel does not account swap, a job that reaches its memory limit is swapped out instead of ended: it grows past the limit and slows the machine down.",
  run: async (host) => {
    const total = meminfoBytes((await host.readFile("/proc/meminfo")) ?? "", "SwapTotal") ?? 0;
    if (total === 0) return ok("the machine has none");
    if (await isAccounted(host, await cgroupLayout(host))) {
      return ok(`${byteSize(total)}; the kernel accounts it, and jobs get none`);
    }
    return warning(`${byteSize(total)}, which the kernel does not account`, "swapoff --all");
  },
};

/** v2's root has no such file, any group below it has. */
async function isAccounted(host: Host, { version, controllers, unified }: CgroupLayout): Promise<boolean> {
  if (version === 1)
    return (await host.stat(`${controllers.get("memory")}/memory.memsw.limit_in_bytes`)) !== null;
  for (const group of (await host.list(unified ?? "")) ?? []) {
    if ((await host.stat(`${unified}/${group}/memory.swap.max`)) !== null) return true;
  }
  return (await host.stat(`${unified}/memory.swap.max`)) !== null;
}

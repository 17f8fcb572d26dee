import type { Host } from "./host.ts";

/** Where the kernel's control groups are mounted. */
export interface CgroupLayout {
  /** The version in which limits are set: 1 wherever v1's memory controller is mounted, as jailer/src/cgroup_layout.c has it. */
  readonly version: 1 | 2;
  /** Mount point of v2; null where it is not mounted. */
  readonly unified: string | null;
  /** Mount points of v1's controllers. */
  readonly controllers: ReadonlyMap<string, string>;
}

/** Reads the layout from the mounts of this process; version 2 where nothing is mounted. */
export async function cgroupLayout(host: Host): Promise<CgroupLayout> {
  const mounts = ((await host.readFile("/proc/self/mounts")) ?? "")
    .split("\n")
    .map((line) => line.split(" "));
  const controllers = new Map<string, string>();
  let unified: string | null = null;
  for (const [, folder = "", type, options = ""] of mounts) {
    if (type === "cgroup2") unified ??= folder;
    if (type !== "cgroup") continue;
    for (const option of options.split(",")) if (!controllers.has(option)) controllers.set(option, folder);
  }
  return { version: controllers.has("memory") ? 1 : 2, unified, controllers };
}

/** v1's trees that the jailer sets limits in. */
export const V1_CONTROLLERS = ["memory", "pids", "cpuacct"] as const;

/** v2's controllers that the jailer sets limits with. */
export const V2_CONTROLLERS = ["memory", "pids", "cpu"] as const;

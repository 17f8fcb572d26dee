import { existsSync } from "node:fs";

/** Whether this machine's cgroups are of version 2 alone, which is what the jailer takes for v2 (cgroups(7)). */
export const CGROUP_V2 = existsSync("/sys/fs/cgroup/cgroup.controllers");

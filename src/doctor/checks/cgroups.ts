import { type CgroupLayout, cgroupLayout, V1_CONTROLLERS, V2_CONTROLLERS } from "../cgroup-layout.ts";
import type { Check } from "../check.ts";
import { type Finding, failed, ok, warning } from "../finding.ts";
import type { Host } from "../host.ts";

/** Whether the controllers that hold the limits are mounted, in either version. */
export const cgroups: Check = {
  id: "cgroups",
  title: "Control groups",
  why: "The limits of memory and processes, and the account of CPU time, are control groups': without them nothing runs.",
  run: async (host) => {
    const layout = await cgroupLayout(host);
    return layout.version === 1 ? checkV1(layout) : checkV2(host, layout);
  },
};

function checkV1({ controllers, unified }: CgroupLayout): Finding {
  const name = unified === null ? "version 1" : "hybrid, limits in version 1";
  const missing = V1_CONTROLLERS.filter((controller) => !controllers.has(controller));
  if (missing.length > 0) {
    const detail = `${name}; not mounted: ${missing.join(", ")}`;
    return failed(detail, missing.map(mountV1).join(" && "));
  }
  if (controllers.has("cpu")) return ok(`${name}: memory, pids, cpuacct and cpu are mounted`);
  const why = "Without it jobs weigh as much as the daemon, which answers slowly while many run.";
  return warning(`${name}; not mounted: cpu`, mountV1("cpu"), why);
}

function mountV1(controller: string): string {
  const folder = `/sys/fs/cgroup/${controller}`;
  return `mkdir -p ${folder} && mount -t cgroup -o ${controller} ${controller} ${folder}`;
}

async function checkV2(host: Host, { unified }: CgroupLayout): Promise<Finding> {
  if (unified === null) return failed("none is mounted", "mount -t cgroup2 cgroup2 /sys/fs/cgroup");
  const offered = ((await host.readFile(`${unified}/cgroup.controllers`)) ?? "").trim().split(/\s+/);
  const missing = V2_CONTROLLERS.filter((controller) => !offered.includes(controller));
  if (missing.length === 0) return ok(`version 2 at ${unified}: memory, pids and cpu are there`);
  return failed(`version 2 at ${unified}; missing: ${missing.join(", ")}`, await enableAtBoot(host, missing));
}

/** The kernel's parameter turns on what it was built with and keeps off (some small boards' kernels do so with memory). */
async function enableAtBoot(host: Host, missing: readonly string[]): Promise<string | null> {
  const parameters = missing.map((controller) => `cgroup_enable=${controller}`).join(" ");
  const board = "/boot/firmware/cmdline.txt";
  if ((await host.stat(board)) !== null) return `sed -i '1s/$/ ${parameters}/' ${board} && reboot`;
  if ((await host.stat("/etc/default/grub.d")) === null) return null;
  const line = `GRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX ${parameters}"`;
  return `echo '${line}' >/etc/default/grub.d/crankcase.cfg && update-grub && reboot`;
}

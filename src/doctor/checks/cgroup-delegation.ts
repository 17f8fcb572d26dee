import { type CgroupLayout, cgroupLayout, V1_CONTROLLERS } from "../cgroup-layout.ts";
import type { Check } from "../check.ts";
import { type Finding, failed, ok } from "../finding.ts";
import type { Host } from "../host.ts";
import { JAILER_UNIT, REVERT_UNIT, unitProperties } from "../systemd.ts";

/** Whether groups can be made where the jailer makes its own, and whether systemd leaves those alone. */
export const cgroupDelegation: Check = {
  id: "cgroup-delegation",
  title: "Delegation of control groups",
  why: "The jailer makes a group for each stage; where it may not, or where systemd takes the groups for its own, no job runs.",
  needsRoot: true,
  run: async (host, { config }) => {
    const layout = await cgroupLayout(host);
    const unit = await unitProperties(host, JAILER_UNIT, ["Delegate"]);
    const delegate = unit.get("Delegate");
    if (delegate === "no") return failed(`${JAILER_UNIT} has Delegate=no`, REVERT_UNIT);
    const refused = await firstRefused(host, layout, config.cgroupRoot ?? "");
    if (refused !== null) return refused;
    const version = `a group can be made in version ${layout.version}`;
    return ok(delegate === undefined ? version : `${version}; ${JAILER_UNIT} has Delegate=${delegate}`);
  },
};

async function firstRefused(host: Host, layout: CgroupLayout, below: string): Promise<Finding | null> {
  const v1 = V1_CONTROLLERS.map((controller) => layout.controllers.get(controller));
  const mounts = layout.version === 1 ? v1 : [layout.unified];
  for (const mount of mounts) {
    if (mount === null || mount === undefined) return failed("not every controller is mounted", null);
    const parent = `${mount}${below}`;
    const group = `${parent}/crankcase-doctor-${host.pid}`;
    const { exitCode, stderr } = await host.run(["mkdir", group]);
    if (exitCode !== 0) return failed(stderr.trim(), `mount -o remount,rw ${mount}`);
    await host.run(["rmdir", group]);
  }
  return null;
}

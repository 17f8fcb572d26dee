import type { Check } from "../check.ts";
import { failed, ok, warning } from "../finding.ts";
import { examinedProcess, statusField } from "../jailer-process.ts";

/** What the jailer's filters answer with (jailer/src/seccomp.c). */
const ACTIONS = ["kill_process", "errno", "allow"];

/** Whether jobs' system calls can be filtered. */
export const seccomp: Check = {
  id: "seccomp",
  title: "System call filters (seccomp)",
  why: "A job may make only the system calls that programs need; without filters the kernel's whole surface would be open to it, so nothing runs.",
  run: async (host, subject) => {
    const available = ((await host.readFile("/proc/sys/kernel/seccomp/actions_avail")) ?? "")
      .trim()
      .split(/\s+/);
    const missing = ACTIONS.filter((action) => !available.includes(action));
    if (missing.length > 0)
      return failed(`the kernel's filters lack: ${missing.join(", ")}`, null, NO_FILTERS);
    const { folder, name } = await examinedProcess(host, subject);
    const mode = statusField((await host.readFile(`${folder}/status`)) ?? "", "Seccomp");
    if (mode !== "2")
      return ok("the kernel has filters, and jailer and jobs are under the jailer's own alone");
    const detail = `${name} is under a filter of somebody else's`;
    return warning(detail, null, INHERITED);
  },
};

const NO_FILTERS = `The kernel was built without CONFIG_SECCOMP_FILTER, or is too old: take the distribution's own.`;

const INHERITED =
  "A container's or a unit's filter is inherited by every job, which makes each system call slower and may refuse what jails need. Start the container with --security-opt seccomp=unconfined, or take SystemCallFilter= out of the unit.";

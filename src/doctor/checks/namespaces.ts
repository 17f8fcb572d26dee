import { runnerCount } from "../../config/runner-count.ts";
import type { Check } from "../check.ts";
import { failed, ok } from "../finding.ts";
import type { Host } from "../host.ts";

/** The namespaces of a jail: unshare(1)'s option, and the sysctl that bounds how many there may be. */
const NAMESPACES = [
  ["--mount", "max_mnt_namespaces"],
  ["--pid", "max_pid_namespaces"],
  ["--net", "max_net_namespaces"],
  ["--ipc", "max_ipc_namespaces"],
  ["--uts", "max_uts_namespaces"],
  ["--cgroup", "max_cgroup_namespaces"],
] as const;

/** Whether each kind of namespace can be made. */
export const namespaces: Check = {
  id: "namespaces",
  title: "Namespaces",
  why: "Namespaces are the walls of a jail: without each of them no job runs.",
  needsRoot: true,
  run: async (host, { config }) => {
    const jails = runnerCount(config);
    const bounds = await tooFew(host, jails);
    if (bounds.length > 0) {
      const names = bounds.map(([name, bound]) => `user.${name} is ${bound}`);
      const settings = bounds.map(([name]) => `user.${name}=${leastBound(jails)}`);
      return failed(`${names.join(", ")}, for ${jails} jails`, `sysctl -w ${settings.join(" ")}`);
    }
    const refused = await refusals(host);
    if (refused.length === 0) return ok("mount, pid, net, ipc, uts and cgroup were each made");
    return failed(refused.join("; "), null, MAKING_REFUSED);
  },
};

const MAKING_REFUSED =
  "Namespaces are the walls of a jail. Root is refused them where a container lacks CAP_SYS_ADMIN, where its seccomp profile forbids unshare(2), or where the kernel was built without them.";

/** Jails may be made while their predecessors go, and the machine has some of its own. */
function leastBound(jails: number): number {
  return Math.max(4 * jails, 1024);
}

async function tooFew(host: Host, jails: number): Promise<(readonly [name: string, bound: number])[]> {
  const read = NAMESPACES.map(async ([, name]) => {
    const text = await host.readFile(`/proc/sys/user/${name}`);
    return [name, text === null ? Number.POSITIVE_INFINITY : Number(text)] as const;
  });
  return (await Promise.all(read)).filter(([, bound]) => bound <= 2 * jails);
}

async function refusals(host: Host): Promise<string[]> {
  const refused: string[] = [];
  for (const [option] of NAMESPACES) {
    const { exitCode, stderr } = await host.run(["unshare", option, "--fork", "true"]);
    if (exitCode !== 0) refused.push(`unshare ${option}: ${stderr.trim() || "it did not run (util-linux)"}`);
  }
  return refused;
}

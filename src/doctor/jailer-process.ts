import type { Host } from "./host.ts";
import type { Subject } from "./subject.ts";

/** A process that is looked at for what the kernel lets it do. */
export interface ExaminedProcess {
  /** Its folder in /proc. */
  readonly folder: string;
  /** For sentences. */
  readonly name: string;
}

/** The running jailer of this instance, or null. */
async function findJailer(host: Host, { config }: Subject): Promise<ExaminedProcess | null> {
  const pids = ((await host.list("/proc")) ?? []).filter((name) => /^\d+$/.test(name));
  const jailers = new Set<string>();
  for (const pid of pids) {
    const argv = ((await host.readFile(`/proc/${pid}/cmdline`)) ?? "").split("\0");
    const isJailer = argv[0]?.endsWith("/jailer") === true;
    if (isJailer && argv[argv.indexOf("--instance") + 1] === config.instance) jailers.add(pid);
  }
  // Its sessions are forks of it: they have its command line, and it as their parent.
  for (const pid of jailers) {
    const parent = statusField((await host.readFile(`/proc/${pid}/status`)) ?? "", "PPid");
    if (parent !== null && !jailers.has(parent)) {
      return { folder: `/proc/${pid}`, name: `the jailer (process ${pid})` };
    }
  }
  return null;
}

/** The running jailer, or this process where none runs: what root is allowed here, the jailer will be. */
export async function examinedProcess(host: Host, subject: Subject): Promise<ExaminedProcess> {
  return (await findJailer(host, subject)) ?? { folder: "/proc/self", name: "root here" };
}

/** A line of /proc/PID/status (proc_pid_status(5)). */
export function statusField(status: string, name: string): string | null {
  const line = status.split("\n").find((text) => text.startsWith(`${name}:`));
  return line === undefined ? null : line.slice(name.length + 1).trim();
}

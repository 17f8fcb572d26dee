import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { openKernelLog } from "./kernel-log.ts";

/** A look at the host, to be compared with a later one. */
export interface HostState extends Disposable {
  /** What has changed since, each as a sentence. */
  changes(): Promise<readonly string[]>;
}

/** Files that tell of the host as a whole; one that is not there, or may not be read, is compared as such. */
const FILES = [
  "/proc/self/mountinfo",
  "/proc/sysvipc/shm",
  "/proc/sysvipc/sem",
  "/proc/sysvipc/msg",
  "/proc/sys/kernel/core_pattern",
  "/proc/sys/kernel/modprobe",
  "/proc/sys/kernel/domainname",
  "/proc/sys/kernel/sysrq",
  "/proc/sys/kernel/pid_max",
  "/proc/sys/net/ipv4/ip_forward",
  "/proc/modules",
  "/proc/swaps",
  "/etc/passwd",
  "/etc/hosts",
];

/** What the kernel writes when a job has hit something of its own, or of ours. `traps: NAME[PID] general protection` is a program's own fault. */
const ALARM = /\b(BUG|Oops|KASAN|UBSAN|[Kk]ernel panic)\b|^general protection|\b(jailer|node)\[\d+\]/;

/** Looks at the host as it is now. */
export async function lookAtHost(): Promise<HostState> {
  const log = openKernelLog();
  const before = await takeState();
  return {
    changes: async () => {
      const after = await takeState();
      const changed = [...after.keys()].filter((name) => before.get(name) !== after.get(name));
      const alarms = log.newLines().filter((line) => ALARM.test(line));
      return [
        ...changed.map((name) => `${name} of the host has changed`),
        ...alarms.map((line) => `the kernel says: ${line}`),
      ];
    },
    [Symbol.dispose]: () => log[Symbol.dispose](),
  };
}

/** Text by what it is of. */
async function takeState(): Promise<ReadonlyMap<string, string>> {
  const files = FILES.map(async (file) => [file, whatStays(await readOrNothing(file))] as const);
  return new Map([...(await Promise.all(files)), ["the name", hostname()] as const]);
}

async function readOrNothing(file: string): Promise<string> {
  return await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => `${error.code}`);
}

/** Modules without the count of their users and the address; mounts without those of other tests. */
function whatStays(text: string): string {
  const lines = text.replace(/^(\S+ \d+) \d+ .* (Live|Loading|Unloading) .*$/gm, "$1").split("\n");
  return lines.filter((line) => !line.includes("/crankcase-test")).join("\n");
}

import { cgroupLayout } from "../cgroup-layout.ts";
import type { Check } from "../check.ts";
import { failed, ok, warning } from "../finding.ts";
import type { Host } from "../host.ts";

type Release = readonly [major: number, minor: number];

/** System calls of jailer/src that came last, with the first release that has them (the calls' man pages, "HISTORY"). */
const NEEDED: readonly { readonly since: Release; readonly what: string; readonly version?: 2 }[] = [
  { since: [5, 2], what: "fsopen(2), fsmount(2), move_mount(2), open_tree(2)" },
  { since: [5, 3], what: "clone3(2)" },
  { since: [5, 6], what: "openat2(2)" },
  { since: [5, 7], what: "clone3(2) into a cgroup", version: 2 },
  { since: [5, 9], what: "close_range(2)" },
];

/** The oldest that the jailer's tests were run on. */
const OLDEST_TRIED: Release = [6, 1];

/** First release with memory.peak (Documentation/admin-guide/cgroup-v2.rst). */
const MEMORY_PEAK: Release = [5, 19];

/** Whether the kernel has what the jailer calls. */
export const kernel: Check = {
  id: "kernel",
  title: "Kernel",
  why: "The jailer makes jails with system calls that older kernels lack.",
  run: async (host) => {
    const text = ((await host.readFile("/proc/sys/kernel/osrelease")) ?? "").trim();
    const release = parseRelease(text);
    if (release === null) return failed(`/proc/sys/kernel/osrelease says "${text}"`, null);
    const { version } = await cgroupLayout(host);
    const lacking = NEEDED.filter((need) => (need.version ?? version) === version)
      .filter(({ since }) => isBefore(release, since))
      .map(({ what, since }) => `${what} (since ${since.join(".")})`);
    const mend = await newerKernel(host);
    if (lacking.length > 0) return failed(`Linux ${text} lacks ${lacking.join("; ")}`, mend);
    if (!isBefore(release, OLDEST_TRIED)) return ok(`Linux ${text}; 5.9 is the least, 6.1 the oldest tried`);
    const peak =
      version === 2 && isBefore(release, MEMORY_PEAK) ? " Results will tell no peak of memory." : "";
    return warning(`Linux ${text} has all that is called`, mend, `Nothing older than 6.1 was tried.${peak}`);
  },
};

function parseRelease(text: string): Release | null {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(text) ?? [];
  return major === undefined ? null : [Number(major), Number(minor)];
}

function isBefore([major, minor]: Release, [otherMajor, otherMinor]: Release): boolean {
  return major < otherMajor || (major === otherMajor && minor < otherMinor);
}

/** Installs the distribution's newest kernel. */
async function newerKernel(host: Host): Promise<string> {
  const isUbuntu = /^ID=ubuntu$/m.test((await host.readFile("/etc/os-release")) ?? "");
  const image = isUbuntu ? "linux-generic" : "linux-image-$(dpkg --print-architecture)";
  return `apt-get update && apt-get install --yes ${image} && reboot`;
}

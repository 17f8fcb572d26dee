/** Names of the checks, apart from the checks themselves: every command's start would else load what those need. */
export const checkIds = [
  "configuration",
  "node",
  "jailer-program",
  "kernel",
  "cgroups",
  "cgroup-delegation",
  "swap",
  "namespaces",
  "overlay",
  "seccomp",
  "capabilities",
  "apparmor",
  "users",
  "keys",
  "disk",
  "memory",
  "clock",
  "keyring",
  "mirrors",
  "npm-registry",
  "packages",
  "port",
  "server",
  "jail",
  "runtimes",
  "selftest",
] as const;

/** Name of a check. */
export type CheckId = (typeof checkIds)[number];

import { readdir, readFile, readlink } from "node:fs/promises";
import { basename } from "node:path";
import { execa } from "execa";

/** The kernel's names of capabilities, by their numbers (linux/capability.h). */
const NAMES = [
  ...["CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP"],
  ...[
    "LINUX_IMMUTABLE",
    "NET_BIND_SERVICE",
    "NET_BROADCAST",
    "NET_ADMIN",
    "NET_RAW",
    "IPC_LOCK",
    "IPC_OWNER",
  ],
  ...[
    "SYS_MODULE",
    "SYS_RAWIO",
    "SYS_CHROOT",
    "SYS_PTRACE",
    "SYS_PACCT",
    "SYS_ADMIN",
    "SYS_BOOT",
    "SYS_NICE",
  ],
  ...[
    "SYS_RESOURCE",
    "SYS_TIME",
    "SYS_TTY_CONFIG",
    "MKNOD",
    "LEASE",
    "AUDIT_WRITE",
    "AUDIT_CONTROL",
    "SETFCAP",
  ],
  ...["MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ", "PERFMON", "BPF"],
  "CHECKPOINT_RESTORE",
];

/** What the kernel says that a process may do (proc_pid_status(5)). */
export interface ProcessPowers {
  /** Its real, effective, saved and file system uid, each once. */
  readonly uids: readonly number[];
  readonly groups: readonly number[];
  /** Those that it has, or can have without another program's help. */
  readonly capabilities: readonly string[];
  /** Those that an execve could give it. */
  readonly bounding: readonly string[];
  /** Those that an execve would hand on: inheritable and ambient ones. */
  readonly handedOn: readonly string[];
  readonly noNewPrivileges: boolean;
  /** Whether a filter of system calls is on it. */
  readonly filtered: boolean;
}

/** Reads the powers of a running process. Rejects where there is none of this id. */
export async function powersOf(pid: number | "self"): Promise<ProcessPowers> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const field = (name: string) => new RegExp(`^${name}:[ \\t]*(.*)$`, "m").exec(status)?.[1]?.trim() ?? "";
  const numbers = (name: string) => [...new Set(field(name).split(/\s+/).filter(Boolean).map(Number))];
  const set = (name: string) => namesIn(BigInt(`0x${field(name)}`));
  return {
    uids: numbers("Uid"),
    groups: numbers("Groups"),
    capabilities: [...new Set([...set("CapPrm"), ...set("CapEff")])].toSorted(),
    bounding: set("CapBnd"),
    handedOn: [...new Set([...set("CapInh"), ...set("CapAmb")])].toSorted(),
    noNewPrivileges: field("NoNewPrivs") === "1",
    filtered: field("Seccomp") === "2",
  };
}

function namesIn(set: bigint): string[] {
  return NAMES.filter((_, bit) => ((set >> BigInt(bit)) & 1n) === 1n).toSorted();
}

/** The processes whose parent this is. */
export async function childrenOf(pid: number): Promise<readonly number[]> {
  const all = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const parents = await Promise.all(all.map(parentOf));
  return all.filter((_, index) => parents[index] === pid);
}

/** The process's parent; -1 where it is gone. */
export async function parentOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(/^PPid:\s+(\d+)/m.exec(status)?.[1] ?? -1);
}

/** What the open descriptors of a process lead to, without the numbers that differ from run to run; each kind once. */
export async function descriptorKinds(pid: number): Promise<readonly string[]> {
  const numbers = await readdir(`/proc/${pid}/fd`);
  const targets = await Promise.all(
    numbers.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => "gone")),
  );
  return [...new Set(targets.map(kindOf))].toSorted();
}

function kindOf(target: string): string {
  if (target.startsWith("/sys/fs/cgroup/")) return "cgroup";
  if (/^\/(proc\/|dev\/null$|$)/.test(target)) return target;
  if (target.startsWith("/")) return basename(target);
  return target
    .replace(/^anon_inode:/, "")
    .replace(/:\[\d+\]$/, "")
    .replace(/^\[(.*)\]$/, "$1");
}

/** Whether root without CAP_SYS_PTRACE may look into a process (ptrace(2), "Ptrace access mode checking"). */
export async function rootMayLookInto(pid: number): Promise<boolean> {
  const reader = ["setpriv", "--inh-caps=-all", "--bounding-set=-sys_ptrace", "--"];
  const [file = "", ...args] = [...reader, "readlink", `/proc/${pid}/exe`];
  return !(await execa(file, args, { reject: false })).failed;
}

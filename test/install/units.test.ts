import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { resolveConfig } from "../../src/config/config.ts";
import { JAILER_POWERS } from "../privileges/powers.ts";
import { PROJECT_DIR } from "../support/test-data.ts";

const UNITS = join(PROJECT_DIR, "systemd");

const services = readdirSync(UNITS).filter((unit) => unit.endsWith(".service"));

function read(path: string): string {
  return readFileSync(join(PROJECT_DIR, path), "utf8");
}

/** The options of a unit's [Service]; those that stand several times have their values in their order. */
function serviceOptions(unit: string): ReadonlyMap<string, readonly string[]> {
  const options = new Map<string, string[]>();
  const section = read(`systemd/${unit}`).split("[Service]")[1]?.split("\n[")[0] ?? "";
  for (const [, name = "", value = ""] of section.matchAll(/^(\w+)=(.*)$/gm))
    options.set(name, [...(options.get(name) ?? []), value]);
  return options;
}

/** What the daemon's unit takes away (systemd.exec(5)), with what somebody who has taken the daemon over then cannot do. */
const DAEMON_GOES_WITHOUT: readonly (readonly [option: string, value: string, why: string])[] = [
  ["NoNewPrivileges", "yes", "gain by a setuid program"],
  ["CapabilityBoundingSet", "", "have any power of root's"],
  ["AmbientCapabilities", "", "hand one on"],
  ["ProtectSystem", "strict", "write anywhere but below ReadWritePaths"],
  ["ProtectHome", "yes", "read home folders"],
  ["PrivateTmp", "yes", "meet others' files in /tmp"],
  ["PrivateDevices", "yes", "open a disk"],
  ["PrivateUsers", "yes", "name any user but root and its own"],
  ["PrivateMounts", "yes", "show its mounts to others"],
  ["ProtectProc", "invisible", "see other users' processes"],
  ["ProtectClock", "yes", "set the clock"],
  ["ProtectHostname", "yes", "rename the machine"],
  ["ProtectControlGroups", "yes", "change a limit of a job's"],
  ["ProtectKernelLogs", "yes", "read the kernel's log, addresses in it"],
  ["ProtectKernelModules", "yes", "load a module"],
  ["ProtectKernelTunables", "yes", "change a setting of the kernel's"],
  ["LockPersonality", "yes", "take an older kernel's ways"],
  ["RestrictAddressFamilies", "AF_UNIX AF_INET AF_INET6", "open netlink, packet or vsock sockets"],
  ["RestrictNamespaces", "yes", "be root in a namespace of its own"],
  ["RestrictRealtime", "yes", "starve the machine"],
  ["RestrictSUIDSGID", "yes", "leave a setuid program behind"],
  ["RemoveIPC", "yes", "leave shared memory behind"],
  ["KeyringMode", "private", "read others' keys"],
  ["SystemCallArchitectures", "native", "enter the kernel by its 32-bit door"],
  ["SystemCallErrorNumber", "EPERM", "(package clients that try too much go on)"],
  ["SystemCallFilter", "@system-service", "make calls that no service makes"],
  ["SystemCallFilter", "~@privileged @resources", "make those of administrators"],
  ["SystemCallFilter", "capset", "(package clients are started by setpriv, which calls it to set nothing)"],
  ["UMask", "0077", "leave files that others read"],
];

/** The same for the jailer's unit. */
const JAILER_GOES_WITHOUT: readonly (readonly [option: string, value: string, why: string])[] = [
  ["NoNewPrivileges", "yes", "gain by execve"],
  ["ProtectSystem", "strict", "write anywhere but below ReadWritePaths"],
  ["ProtectHome", "yes", "read home folders"],
  ["ProtectProc", "invisible", "see other users' processes"],
  ["PrivateTmp", "yes", "meet others' files in /tmp"],
  ["PrivateMounts", "yes", "show its mounts to others"],
  ["PrivateNetwork", "yes", "reach anybody but by its socket"],
  ["DevicePolicy", "closed", "make or open a device but the few that everybody may"],
  ["KeyringMode", "private", "read others' keys"],
];

/** Options that are, or bring, a filter of system calls or of packets: each job would inherit it and pay for it. */
const FILTERS = [
  ...["SystemCallFilter", "SystemCallArchitectures", "SystemCallLog", "RestrictAddressFamilies"],
  ...["RestrictNamespaces", "RestrictRealtime", "RestrictSUIDSGID", "LockPersonality", "PrivateDevices"],
  ...["MemoryDenyWriteExecute", "ProtectClock", "ProtectHostname", "ProtectKernelLogs"],
  ...["ProtectKernelModules", "ProtectKernelTunables", "IPAddressDeny", "IPAddressAllow"],
];

test.each(services)("the operator's variables reach %s", (unit) => {
  const lines = read(`systemd/${unit}`).split("\n");
  expect(lines).toContain("EnvironmentFile=-/etc/crankcase/environment");
});

test("systemd gives the daemon more time to stop than the daemon gives its jobs", () => {
  const machine = { cores: 2, memoryBytes: 2 ** 32, projectDir: PROJECT_DIR };
  const { config } = resolveConfig({ flags: {}, env: {}, yaml: null, machine });
  const unit = read("systemd/crankcase.service");
  const stopSeconds = Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1]);
  expect(stopSeconds * 1000).toBeGreaterThan(config.shutdownGraceMs + 10_000);
});

describe("what a unit once took away it goes on taking away", () => {
  test.each(DAEMON_GOES_WITHOUT)(
    "the daemon's unit says %s=%s, so that nobody in it can %s",
    (option, value) => {
      expect(serviceOptions("crankcase.service").get(option)).toContain(value);
    },
  );

  test.each(JAILER_GOES_WITHOUT)(
    "the jailer's unit says %s=%s, so that nobody in it can %s",
    (option, value) => {
      expect(serviceOptions("crankcase-jailer.service").get(option)).toContain(value);
    },
  );
});

test("no option of the jailer's unit is a filter that jobs would inherit", () => {
  const options = [...serviceOptions("crankcase-jailer.service").keys()];
  expect(options.filter((option) => FILTERS.includes(option))).toEqual([]);
});

describe("the jailer's powers are the same in each place that names them", () => {
  const wanted = JAILER_POWERS.map((name) => `CAP_${name}`).toSorted();
  const named = (text: string) => (text.match(/CAP_\w+/g) ?? []).toSorted();

  test("in its unit", () => {
    const set = serviceOptions("crankcase-jailer.service").get("CapabilityBoundingSet") ?? [];
    expect(named(set.join(" "))).toEqual(wanted);
  });

  test("in its own table", () => {
    const table = /\bpowers\[\] = \{\n([\s\S]*?)\n\};/.exec(read("jailer/src/capabilities.c"))?.[1] ?? "";
    expect(named(table.replace(/\/\*.*?\*\//g, ""))).toEqual(wanted);
  });

  test("in keep-port", () => {
    const table = /\bpowers\[\] = \{\n([\s\S]*?)\n\};/.exec(read("keeper/keep-port.c"))?.[1] ?? "";
    expect(named(table)).toEqual(wanted);
  });

  test("in the command that starts a server as root", () => {
    const lines = read("bin/crankcase")
      .split("\n")
      .filter((line) => line.startsWith("powers="));
    expect(
      (lines.join(" ").match(/\+\w+/g) ?? []).map((name) => `CAP_${name.slice(1).toUpperCase()}`).toSorted(),
    ).toEqual(wanted);
  });
});

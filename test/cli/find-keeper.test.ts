import { expect, test } from "vitest";
import { findKeeper, type KeeperHost } from "../../src/cli/find-keeper.ts";

const PID_FILE = "/run/crankcase/crankcase.pid";

/** A machine with these units' states and these files. */
function host(states: readonly string[] | null, files: Readonly<Record<string, string>> = {}): KeeperHost {
  return {
    unitStates: async () => states,
    read: async (file) => files[file] ?? null,
  };
}

test("systemd's units are told one by one, with the command that shows their log", async () => {
  expect(await findKeeper(host(["active", "failed", "active"]))).toEqual({
    kind: "systemd",
    text: "systemd: crankcase.socket active, crankcase.service failed, crankcase-jailer.service active",
    hint: "journalctl --unit crankcase --unit crankcase-jailer --lines 50",
  });
});

test("without systemd it is the keeper of the port, where its process lives", async () => {
  const files = {
    [PID_FILE]: "77\n",
    "/proc/77/cmdline": "/opt/crankcase/current/keeper/build/keep-port\0--port\0",
  };
  expect(await findKeeper(host(null, files))).toEqual({
    kind: "keep-port",
    text: "keep-port, process 77",
    hint: "tail -n 50 /var/log/crankcase/crankcase.log",
  });
});

test.each<[string, Readonly<Record<string, string>>]>([
  ["no pid file", {}],
  ["a pid file that holds no number", { [PID_FILE]: "../self" }],
  ["a process that is gone", { [PID_FILE]: "77" }],
  ["a number that is another process's by now", { [PID_FILE]: "77", "/proc/77/cmdline": "sleep\0keep-port" }],
])("%s is no service: what runs was started by hand", async (_what, files) => {
  expect(await findKeeper(host(null, files))).toEqual({
    kind: "none",
    text: "by hand",
    hint: "sudo crankcase serve",
  });
});

test("a machine whose units do not run is told how to start them", async () => {
  const { kind, hint } = await findKeeper(host(["inactive", "inactive", "inactive"]));
  expect([kind, hint]).toEqual([
    "none",
    "sudo systemctl start crankcase.socket crankcase, or sudo crankcase serve",
  ]);
});

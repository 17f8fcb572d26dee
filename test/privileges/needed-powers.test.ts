import { rmdir } from "node:fs/promises";
import { expect, test } from "vitest";
import { openBuildJail } from "../../src/jail/open-jail.ts";
import { instanceGroups } from "../support/census.ts";
import { makeJailerPlace } from "../support/jailer-place.ts";
import { powersOf } from "../support/process-powers.ts";
import { runProgram, shell } from "../support/program.ts";
import { EXECUTABLE, startJailer, type TestJailer } from "../support/start-jailer.ts";
import { BASE, packageLayer } from "../support/test-data.ts";
import { JAIL_LIMITS, STAGE_LIMITS } from "../support/test-limits.ts";
import { buildJailerWithout } from "./jailer-without.ts";

const here = await powersOf("self");

/** What a distribution's installer does: each line takes a power of root's. */
const INSTALLING = `
import os
def tried(name, act):
    try:
        act()
        print(name, "done")
    except OSError as error:
        print(name, error.strerror)
open("/f", "w").close()
def hand_over():
    os.chown("/f", 1, 5)
def change():
    os.chmod("/f", 0o644)
def mark():
    os.chmod("/f", 0o2755)
    if not os.stat("/f").st_mode & 0o2000: raise OSError(1, "mark lost")
def empower():
    os.setxattr("/f", "security.capability", bytes.fromhex("0100000200040000000000000000000000000000"))
for step in (hand_over, change, mark, empower): tried(step.__name__, step)
`;

async function install(jailer: TestJailer): Promise<string> {
  await using jail = await openBuildJail({ socketPath: jailer.socketPath });
  jail.attach({ base: BASE, layers: [await packageLayer("python")] }, JAIL_LIMITS);
  let printed = "";
  const argv = ["/usr/bin/python3", "-c", INSTALLING];
  const stage = { argv, env: {}, cwd: "/", stdin: "none" as const, limits: STAGE_LIMITS };
  await jail.startStage(stage, (_, chunk) => {
    printed += chunk;
  }).report;
  return printed;
}

/** Starts a jailer, lets it run and kill a job and install something; gives back all that was said on the way. */
async function useJailer(executable: string): Promise<string> {
  await using place = await makeJailerPlace({ slots: 1 });
  await using after = new AsyncDisposableStack();
  // A jailer that fails at its start leaves them for the next one to sweep, and there is none.
  after.defer(async () => {
    for (const group of (await instanceGroups(place)).flat().toReversed()) await rmdir(group);
  });
  const started = await startJailer(place, executable).catch((error: Error) => error);
  if (started instanceof Error) return started.message;
  await using jailer = started;
  const job = shell("cat file; sleep 60", { files: { file: "here" }, limits: { wallTimeMs: 1_500 } });
  const ran = await runProgram(jailer, job).catch((error: Error) => error);
  const said = ran instanceof Error ? "" : `${ran.stdout} ${ran.cause}`;
  const installed = await install(jailer).catch(() => "");
  return [...jailer.log, said, installed].join("\n");
}

test("with all its powers the jailer runs, kills and installs", async () => {
  const said = await useJailer(EXECUTABLE);
  expect(said).toContain("here wall");
  expect(said).toContain("hand_over done\nchange done\nmark done\nempower done\n");
  expect(said).not.toContain("not permitted");
});

/** What fails without it. CAP_SYS_RESOURCE is none of these: without it jobs keep the jailer's own hard limits. */
const NEEDED: readonly (readonly [string, RegExp])[] = [
  ["CHOWN", /make folder: jail\/private\/box: Operation not permitted/],
  ["DAC_OVERRIDE", /(make cgroup|create file of submission): .*: Permission denied/],
  ["FOWNER", /change Operation not permitted/],
  ["FSETID", /mark lost/],
  ["KILL", /kill: stage: Connection timed out/],
  ["SETGID", /become the runner: Operation not permitted/],
  ["SETUID", /become the runner: Operation not permitted/],
  ["SETPCAP", /drop capability: bounding set: Operation not permitted/],
  ["NET_ADMIN", /make: network namespace: Operation not permitted/],
  ["SYS_CHROOT", /mount namespace of jails: Operation not permitted/],
  ["SYS_ADMIN", /host name: Operation not permitted/],
  ["MKNOD", /make device: jail\/dev\/null: Operation not permitted/],
  ["SETFCAP", /empower Operation not permitted/],
];

test.each(NEEDED.filter(([name]) => here.bounding.includes(name)))(
  "a jailer that gives up CAP_%s as well fails, and says at what",
  async (capability, failure) => {
    await using built = await buildJailerWithout(capability);
    expect(await useJailer(built.executable)).toMatch(failure);
  },
);

import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { openBuildJail } from "../../src/jail/open-jail.ts";
import { type Serving, startServing } from "../cli/serving.ts";
import { makeJailerPlace } from "../support/jailer-place.ts";
import {
  childrenOf,
  descriptorKinds,
  type ProcessPowers,
  parentOf,
  powersOf,
  rootMayLookInto,
} from "../support/process-powers.ts";
import { startJailer } from "../support/start-jailer.ts";
import { BASE, PROJECT_DIR } from "../support/test-data.ts";
import { JAIL_LIMITS, STAGE_LIMITS } from "../support/test-limits.ts";
import { until } from "../support/until.ts";
import { JAILER_POWERS } from "./powers.ts";

/** What root has on this machine: a container may lack some of what is listed here. */
const here = await powersOf("self");

function given(...names: readonly string[]): readonly string[] {
  return names.filter((name) => here.bounding.includes(name)).toSorted();
}

const OF_BUILDS = given(
  ...["CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETFCAP", "SYS_CHROOT"],
);
const OF_ALL = given(...JAILER_POWERS);

/** A row: what a process has. SECURITY.md has the same table in words. */
const root = (capabilities: readonly string[], bounding: readonly string[]): ProcessPowers => ({
  ...{ uids: [0], groups: [], capabilities, bounding, handedOn: [], noNewPrivileges: true, filtered: false },
});
const user = (uid: number, filtered: boolean): ProcessPowers => ({
  ...{
    uids: [uid],
    groups: [],
    capabilities: [],
    bounding: [],
    handedOn: [],
    noNewPrivileges: true,
    filtered,
  },
});

/** The whole service as it is installed where there is no systemd, and started by somebody with groups and handed-on powers. */
function startKept(): Promise<Serving> {
  const pidFile = join(tmpdir(), `crankcase-keeper-${randomUUID()}.pid`);
  const lavish = ["setpriv", "--groups", "1,2", "--inh-caps", "+sys_module,+kill", "--ambient-caps", "+kill"];
  const keeper = [join(PROJECT_DIR, "keeper/build/keep-port"), "--pid-file", pidFile, "--address"];
  const before = [...lavish, "--", ...keeper, "127.0.0.1", "--port", "0", "--"];
  return startServing({ slots: 1, ready_jails: 0 }, {}, { before, options: ["--listen-fd", "3"] });
}

function execute({ url }: Serving, content: string): Promise<Response> {
  return fetch(`${url}/api/v2/execute`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ language: "bash", files: [{ content }] }),
  });
}

/** The only child, and its, and so on. */
async function descendants(pid: number, generations: number): Promise<readonly number[]> {
  if (generations === 0) return [];
  const [child, ...others] = await childrenOf(pid);
  if (child === undefined || others.length > 0) throw new Error(`process ${pid} has not one child`);
  return [child, ...(await descendants(child, generations - 1))];
}

test("each process of a running service has the powers of its row, and no other open file", async () => {
  await using serving = await startKept();
  const job = execute(serving, "echo started; sleep 2.5");
  // timeout, bash and sleep: as long as the job runs, not only until the last of them has started.
  await until("the job's program runs", async () => (await serving.runnerProcesses()) === 3);
  const [daemon, jailer] = [serving.child("daemon"), serving.child("jailer")];
  const [session = 0, init = 0, stage = 0] = await descendants(jailer, 3);
  const pids = { keeper: serving.pid, parent: await parentOf(daemon), daemon, jailer, session, init, stage };
  const [daemonUid = 0] = (await powersOf(daemon)).uids;
  expect(daemonUid).toBeGreaterThan(0);
  const table: Record<keyof typeof pids, ProcessPowers> = {
    keeper: root(OF_ALL, OF_ALL),
    parent: root(OF_ALL, OF_ALL),
    daemon: user(daemonUid, false),
    jailer: root(OF_ALL, OF_BUILDS),
    session: root(given("CHOWN", "KILL", "SYS_ADMIN"), OF_BUILDS),
    init: root(
      given(
        ...["CHOWN", "DAC_OVERRIDE", "KILL", "SETGID", "SETUID", "SYS_ADMIN", "SYS_CHROOT", "SYS_RESOURCE"],
      ),
      [],
    ),
    stage: user(serving.place.runnerUidMin, true),
  };
  const node = ["/dev/null", "eventfd", "eventpoll", "io_uring", "pipe", "socket"];
  const jobs = ["jobs.sqlite", "jobs.sqlite-shm", "jobs.sqlite-wal"];
  const jailers = [
    "/",
    "/dev/null",
    "cgroup",
    "crankcase-runner-uids.lock",
    basename(serving.startsLog),
    "jailer.lock",
    "mnt",
    "net",
    "socket",
  ];
  const open: Record<keyof typeof pids, readonly string[]> = {
    keeper: ["/dev/null", expect.stringMatching(/^crankcase-keeper-.*\.pid$/), "socket"],
    parent: node,
    daemon: [...node, ...jobs],
    jailer: [...jailers, "signalfd"],
    session: [...jailers, "eventfd", "pipe"],
    init: ["/dev/null", "signalfd", "socket"],
    stage: ["pipe", "stdin.stdin"],
  };
  for (const [name, pid] of Object.entries(pids) as [keyof typeof pids, number][]) {
    expect(await powersOf(pid), name).toEqual(table[name]);
    const expected = open[name];
    const found = await descriptorKinds(pid);
    // Who waits for what differs from moment to moment: nothing but what is listed, and not all of it each time.
    for (const kind of found) expect(expected, `${name} has ${kind} open`).toContainEqual(kind);
  }
  expect((await job).status).toBe(200);
});

test("no other process of root's looks into the memory of the keeper, the jailer, a session or an init", async () => {
  await using serving = await startKept();
  const job = execute(serving, "sleep 2.5");
  await until("the job's program runs", async () => (await serving.runnerProcesses()) > 0);
  const jailer = serving.child("jailer");
  const pids = [serving.pid, jailer, ...(await descendants(jailer, 2))];
  for (const pid of pids) expect(await rootMayLookInto(pid), String(pid)).toBe(false);
  // The same look at a process of root's that does not object.
  expect(await rootMayLookInto(await parentOf(jailer))).toBe(true);
  expect((await job).status).toBe(200);
});

test("a build's processes have what installing takes, and the two of ours mounts and limits besides", async () => {
  await using place = await makeJailerPlace({ slots: 1 });
  await using jailer = await startJailer(place);
  await using jail = await openBuildJail({ socketPath: jailer.socketPath });
  jail.attach({ base: BASE, layers: [] }, JAIL_LIMITS);
  const { report } = jail.startStage(
    {
      ...{ argv: ["/bin/sleep", "2"], env: {}, cwd: "/", stdin: "none", limits: STAGE_LIMITS },
    },
    () => undefined,
  );
  const stageOf = async () => (await descendants(jailer.pid, 3).catch(() => []))[2] ?? 0;
  await until(
    "the stage runs",
    async () => (await stageOf()) > 0 && (await powersOf(await stageOf())).filtered,
  );
  const [session = 0, init = 0, stage = 0] = await descendants(jailer.pid, 3);
  const ours = root([...OF_BUILDS, ...given("SYS_ADMIN", "SYS_RESOURCE")].toSorted(), OF_BUILDS);
  expect(await powersOf(session)).toEqual(ours);
  expect(await powersOf(init)).toEqual(ours);
  expect(await powersOf(stage)).toEqual({ ...root(OF_BUILDS, OF_BUILDS), filtered: true });
  await report;
});

import { lstat, readdir, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { takeCensus } from "../support/census.ts";
import { processesMentioning } from "../support/processes-mentioning.ts";
import { until } from "../support/until.ts";
import { type AptMirror, startMirror } from "./apt-mirror.ts";
import {
  findPackageLitter,
  type PackagePlace,
  type PackageServer,
  packagePlace,
} from "./serving-packages.ts";
import { addToy } from "./toy-index.ts";

/** How often each process is killed; more by hand. */
const INTERRUPTIONS = Number(process.env.TEST_INTERRUPTIONS ?? 2);

/** An archive large enough that copying it takes a while, and of no use to our own copies: each round has another. */
const ballast = (round: string) => "x".repeat(8 * 2 ** 20) + round;

let mirror: AptMirror;
let place: PackagePlace;
let server: PackageServer;

beforeAll(async () => {
  [mirror, place] = await Promise.all([startMirror(), packagePlace()]);
  await mirror.trustedBy(place.data);
  const fromApt = { source: { suite: "trixie", apt: ["sample"] }, on: { ground: "*" } };
  const slowly = { fixups: [["/usr/bin/sleep", "0.3"]] };
  await addToy(place.toys, "toy", { "2.0.0": { ...fromApt, ...slowly }, "1.0.0": {} });
  await addToy(place.toys, "ground", { "1.0.0": slowly });
  // Every session is one of a job or of a build: none waits for one.
  server = await place.serve({ slots: 4, ready_jails: 0 });
  await server.install("toy", "1");
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await place?.[Symbol.asyncDispose]();
  await mirror?.[Symbol.asyncDispose]();
});
afterEach(async () => {
  await server.uninstall("toy", "2");
  await server.uninstall("ground");
});

/** What there is of processes, mounts and cgroups besides jailer and daemon, which have other ids when started again. */
async function remains() {
  const jailer = { place: server.serving.place, pid: server.serving.child("jailer") };
  const { processes, mounts, cgroups } = await takeCensus(jailer);
  const apt = await processesMentioning(`${place.stateDir}/.work`);
  const temporary = await temporaryFiles();
  return { processes, mounts, cgroups: cgroups.map((it) => it.replace(/: .*/, "")), apt, temporary };
}

/** Files of the daemon's user in the machine's folder for temporary ones. */
async function temporaryFiles(): Promise<string[]> {
  const { uid } = await stat(place.stateDir);
  const names = await readdir(tmpdir());
  const owners = await Promise.all(
    names.map((name) =>
      lstat(join(tmpdir(), name)).then(
        (it) => it.uid,
        () => -1,
      ),
    ),
  );
  return names.filter((_name, index) => owners[index] === uid);
}

const readies = () => server.serving.log.filter((line) => line.includes('"ready"')).length;

/** Both serve, and no session of an earlier jail lives. */
async function serveAgain(): Promise<void> {
  await until("it installs and runs", async () => {
    const answer = await server.run("toy", "echo old", "1").catch(() => "");
    return answer === "toy 1.0.0\nold\n";
  });
}

/** Kills a child so long after an installation was asked for, and starts it again. */
async function killAfter(child: "daemon" | "jailer", delayMs: number): Promise<void> {
  const before = readies();
  const installation = server.install("toy", "2").catch((error: Error) => error);
  await sleep(delayMs);
  process.kill(server.serving.child(child), "SIGKILL");
  await installation;
  if (child === "daemon") await until("a new daemon is ready", () => readies() > before);
  await serveAgain();
}

/** How long an installation takes when nobody disturbs it. */
async function installationMs(): Promise<number> {
  await mirror.publish([
    { name: "sample", version: "0-1", files: { "usr/share/sample": ballast("measured") } },
  ]);
  const start = performance.now();
  expect(await server.install("toy", "2")).toMatchObject({ status: 200 });
  const tookMs = performance.now() - start;
  await server.uninstall("toy", "2");
  await server.uninstall("ground");
  return tookMs;
}

it.each(["daemon", "jailer"] as const)(
  `a %s that is killed at ${INTERRUPTIONS} moments of an installation leaves the old state whole, and nothing behind`,
  { timeout: 30_000 + 15_000 * INTERRUPTIONS },
  async (child) => {
    const tookMs = await installationMs();
    await until("the last session has ended", async () => (await remains()).processes.length === 0);
    const clean = await remains();
    for (let round = 0; round < INTERRUPTIONS; round++) {
      const name = `${child}-${round}`;
      const files = { "usr/share/sample": ballast(name) };
      await mirror.publish([{ name: "sample", version: `1.${round}`, files }]);
      // One in each part of the installation, so that few rounds see all of it.
      const delayMs = Math.round(((round + Math.random()) / INTERRUPTIONS) * tookMs);
      const told = `killed after ${delayMs} of ${Math.round(tookMs)} ms`;
      await killAfter(child, delayMs);
      const whole = ["ground 1.0.0", "toy 2.0.0", "toy 1.0.0"];
      for (const it of await server.installed()) expect(whole, told).toContain(it);
      expect(await findPackageLitter(place), told).toEqual([]);
      await expect.poll(remains, { timeout: 10_000, message: told }).toEqual(clean);
      expect(await server.install("toy", "2"), told).toMatchObject({ status: 200 });
      expect(await server.installed(), told).toEqual(whole);
      expect(await server.run("toy", "cat /usr/local/bin/ground | wc -l", "2")).toBe("toy 2.0.0\n3\n");
      await server.uninstall("toy", "2");
      await server.uninstall("ground");
    }
  },
);

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { processesMentioning } from "../support/processes-mentioning.ts";
import { until } from "../support/until.ts";
import { type AptMirror, type MirroredPackage, startMirror } from "./apt-mirror.ts";
import {
  findPackageLitter,
  type PackagePlace,
  type PackageServer,
  packagePlace,
} from "./serving-packages.ts";
import { addToy } from "./toy-index.ts";

/** An apt package of this name and version, whose command tells both. */
function archive(version: string): MirroredPackage {
  return { name: "sample", version, files: { "usr/bin/sample": `#!/bin/sh\necho sample ${version}\n` } };
}

const FROM_APT = { source: { suite: "trixie", apt: ["sample"], version_of: "sample" } };

/** A minute is waited for by hand alone. */
const IS_LONG = process.env.TEST_INTERRUPTIONS !== undefined;

let mirror: AptMirror;
let place: PackagePlace;
let server: PackageServer;

beforeAll(async () => {
  [mirror, place] = await Promise.all([startMirror(), packagePlace()]);
  await mirror.trustedBy(place.data);
  await addToy(place.toys, "toy", { "1.0": FROM_APT });
  await addToy(place.toys, "other", { "1.0": {} });
  await addToy(place.toys, "upper", { "1.0": { on: { toy: "*" } } });
  await mirror.publish([archive("1.0-1")]);
  server = await place.serve();
  await server.install("other");
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await place?.[Symbol.asyncDispose]();
  await mirror?.[Symbol.asyncDispose]();
});
afterEach(async () => {
  mirror.behave("answers");
  await server.uninstall("toy");
  expect(await findPackageLitter(place)).toEqual([]);
});

/** Installs, expects to be refused in these words, and that nothing has changed; lists packages all the while. */
async function expectRefusal(message: RegExp): Promise<void> {
  const before = await server.installed();
  let isOver = false;
  const installing = server.install("toy").finally(() => {
    isOver = true;
  });
  const [answer, slowestMs] = await Promise.all([installing, listAllTheWhile(() => isOver)]);
  expect(answer).toMatchObject({ status: 500, body: { message: expect.stringMatching(message) } });
  expect(await server.installed()).toEqual(before);
  expect(await findPackageLitter(place)).toEqual([]);
  expect(slowestMs).toBeLessThan(2_000);
}

/** How long the slowest listing took. */
async function listAllTheWhile(isOver: () => boolean): Promise<number> {
  const times: number[] = [];
  while (!isOver()) {
    const start = performance.now();
    await server.installed();
    times.push(performance.now() - start);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return Math.max(...times);
}

it("a package of a signed mirror is installed, and again from our own copy without fetching it twice", async () => {
  expect(await server.install("toy")).toMatchObject({ status: 200, body: { version: "1.0" } });
  expect(await server.run("toy", "sample")).toBe("toy 1.0\nsample 1.0-1\n");
  await server.uninstall("toy");
  expect((await server.install("toy")).status).toBe(200);
  expect(mirror.asked.filter((path) => path.includes("/pool/"))).toHaveLength(1);
});

it("an upgrade brings what the mirror has now, and jobs keep the old version to their end", async () => {
  await mirror.publish([archive("1.0-1")]);
  await server.install("toy");
  const job = server.run("toy", "sample; sleep 1.5; sample");
  await until("the job runs", async () => (await server.serving.runnerProcesses()) > 0);
  await mirror.publish([archive("1.1-1")]);
  expect(await server.send("POST", { name: "toy", upgrade: true })).toMatchObject({
    status: 200,
    body: { version: "1.1" },
  });
  expect(await job).toBe("toy 1.0\nsample 1.0-1\nsample 1.0-1\n");
  expect(await server.installed()).toEqual(["other 1.0", "toy 1.1"]);
  expect(await server.run("toy", "sample")).toBe("toy 1.0\nsample 1.1-1\n");
});

it("an upgrade leaves the old version where another package is built on it, and that one works on", async () => {
  await mirror.publish([archive("1.2-1")]);
  await server.install("upper");
  await mirror.publish([archive("1.3-1")]);
  expect(await server.send("POST", { name: "toy", upgrade: true })).toMatchObject({
    body: { version: "1.3" },
  });
  expect(await server.installed()).toEqual(["other 1.0", "toy 1.3", "toy 1.2", "upper 1.0"]);
  expect(await server.run("upper", "sample")).toBe("upper 1.0\nsample 1.2-1\n");
  expect(await server.run("toy", "sample")).toBe("toy 1.0\nsample 1.3-1\n");
  await server.uninstall("upper");
  await server.uninstall("toy");
});

it("an archive that is not what the signed index says is thrown away", async () => {
  await mirror.publish([archive("2.0-1")]);
  await mirror.corrupt(/2\.0-1/);
  await expectRefusal(/not what its signed index says: it was thrown away\. Try again later/);
});

it("metadata that another key has signed counts for nothing", async () => {
  await mirror.publish([archive("2.1-1")], { isForeign: true });
  await expectRefusal(/No key of the base's keyring has signed the mirror's metadata/);
});

it("metadata that was changed after it was signed counts for nothing", async () => {
  await mirror.publish([archive("2.2-1")]);
  await mirror.tamper();
  await expectRefusal(/The mirror's metadata is not what its suite's keys have signed/);
});

it("metadata past its date is refused, but for a suite whose definition allows it", async () => {
  await mirror.publish([archive("2.3-1")], { validUntil: new Date(Date.now() - 3_600_000) });
  await expectRefusal(/The machine's clock is wrong, or the mirror is out of date/);
  const suite = join(place.toys.suitesDir, "trixie.yaml");
  const strict = await readFile(suite, "utf8");
  await writeFile(suite, `${strict}allow_expired: true\n`);
  expect(await server.install("toy")).toMatchObject({ status: 200, body: { version: "2.3" } });
  await writeFile(suite, strict);
});

it("a mirror without the package says so", async () => {
  await mirror.publish([]);
  await expectRefusal(/The suite has no package of that name/);
});

it.each([
  ["in the middle of its lists", /Packages/],
  ["in the middle of an archive", /\.deb/],
])("a mirror that breaks off %s is told from one that is away", async (_when, path) => {
  await mirror.publish([archive(`3.${path.source.length}-1`)]);
  mirror.behave("breaks-off", path);
  await expectRefusal(/The mirror broke off, or said nothing: try again/);
  mirror.behave("answers");
  expect(await server.install("toy")).toMatchObject({ status: 200 });
});

it("a mirror that says nothing holds nobody up: the list is there, and who hangs up ends the installation", async () => {
  await mirror.publish([archive("4.0-1")]);
  mirror.behave("hangs");
  const caller = new AbortController();
  const events = server
    .events({ name: "toy" }, { signal: caller.signal })
    .catch((error: Error) => error.name);
  const aptOf = () => processesMentioning(`${place.stateDir}/.work`);
  await until("apt asks the mirror", async () => (await aptOf()).length > 0);
  expect(await server.installed()).toEqual(["other 1.0"]);
  expect(await server.run("other", "")).toBe("other 1.0\n");
  caller.abort();
  expect(await events).toBe("AbortError");
  await until("apt is gone, and its folder", async () => {
    return (await aptOf()).length === 0 && (await findPackageLitter(place)).length === 0;
  });
});

it.runIf(IS_LONG)(
  "a mirror that says nothing is given up after a minute (long: with TEST_INTERRUPTIONS)",
  { timeout: 120_000 },
  async () => {
    await mirror.publish([archive("4.0-1")]);
    mirror.behave("hangs");
    await expectRefusal(/The mirror broke off, or said nothing: try again/);
  },
);

it("a mirror at a closed port cannot be reached", async () => {
  await mirror.close();
  await expectRefusal(/The mirror cannot be reached: check the network/);
});

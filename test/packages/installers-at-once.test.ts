import { beforeAll, expect, it } from "vitest";
import { until } from "../support/until.ts";
import { leaveNothing } from "./after-each-package-test.ts";
import {
  findPackageLitter,
  type PackagePlace,
  type PackageServer,
  packagePlace,
  type ServerEvent,
} from "./serving-packages.ts";
import { addToy } from "./toy-index.ts";

const ON_GROUND = { on: { ground: "*" }, fixups: [["/usr/bin/sleep", "1"]] };

let place: PackagePlace;
let server: PackageServer;

beforeAll(async () => {
  place = await packagePlace();
  await addToy(place.toys, "ground", { "1.0.0": { fixups: [["/usr/bin/sleep", "0.5"]] } });
  await addToy(place.toys, "house", { "1.0.0": ON_GROUND });
  await addToy(place.toys, "tower", { "1.0.0": ON_GROUND });
  server = await place.serve({ slots: 4 });
});
leaveNothing(() => ({ place, server }));

/** How often a package was built in the course of some installations. */
function builds(name: string, ...installations: ServerEvent[][]): number {
  const isBuild = ({ step, state }: ServerEvent) =>
    step === `package ${name}: build its layer` && state === "done";
  return installations.flat().filter(isBuild).length;
}

const runs = async (...names: string[]) => {
  for (const name of names) expect(await server.run(name, "ground /dev/null")).toContain(`${name} 1.0.0`);
};

/** Its jail is made: what it is built on is taken. */
const isBuilding = () =>
  until("a build is under way", async () =>
    (await findPackageLitter(place)).some((path) => path.includes("/.staging/")),
  );

it("two who install the same package are both answered, and it is built once", async () => {
  const both = await Promise.all([server.events({ name: "ground" }), server.events({ name: "ground" })]);
  for (const events of both) expect(events.at(-1)).toMatchObject({ event: "result", version: "1.0.0" });
  expect(builds("ground", ...both)).toBe(1);
});

it("two packages on a third one that are installed at once are built beside each other, the third once", async () => {
  const both = await Promise.all([server.events({ name: "house" }), server.events({ name: "tower" })]);
  for (const events of both) expect(events.at(-1)).toMatchObject({ event: "result" });
  expect([builds("ground", ...both), builds("house", ...both), builds("tower", ...both)]).toEqual([1, 1, 1]);
  expect(await server.run("house", "cat /usr/local/bin/ground | wc -l")).toBe("house 1.0.0\n3\n");
  await runs("house", "tower", "ground");
});

it("the second one installs the package when the first hangs up", async () => {
  const hangUp = new AbortController();
  const first = server.events({ name: "ground" }, { signal: hangUp.signal }).catch((error: Error) => error);
  await isBuilding();
  const second = server.events({ name: "ground" });
  hangUp.abort();
  expect(await first).toBeInstanceOf(Error);
  expect((await second).at(-1)).toMatchObject({ event: "result", version: "1.0.0" });
  await runs("ground");
});

it("a package that another one needs is not removed, and it says which", async () => {
  await server.install("house");
  expect(await server.uninstall("ground")).toMatchObject({
    status: 409,
    body: {
      code: "package_in_use",
      message: "ground 1.0.0 is needed by house 1.0.0. Uninstall first: house 1.0.0",
    },
  });
  const path = "/api/v2/packages";
  expect(await server.send("DELETE", { language: "ground" }, { path })).toEqual({
    status: 409,
    body: { message: "ground 1.0.0 is needed by house 1.0.0" },
  });
  await runs("ground", "house");
  await server.uninstall("house");
  expect(await server.uninstall("ground")).toMatchObject({ status: 200 });
});

it("a package is not removed from below one that is just being built on it", async () => {
  await server.install("ground");
  const building = server.install("house");
  await isBuilding();
  expect(await server.uninstall("ground")).toMatchObject({ status: 409, body: { code: "package_in_use" } });
  expect(await building).toMatchObject({ status: 200 });
  await runs("house", "ground");
});

it("of two who remove the same package one is told that it is not there", async () => {
  await server.install("ground");
  const answers = await Promise.all([server.uninstall("ground"), server.uninstall("ground")]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 404]);
});

it("installations and removals at once end in one of both, and what is installed runs", async () => {
  const changes = [1, 2, 3].flatMap(() => [server.install("ground"), server.uninstall("ground")]);
  for (const { status } of await Promise.all(changes)) expect([200, 404]).toContain(status);
  const installed = await server.installed();
  if (installed.length > 0) await runs("ground");
  else await expect(server.run("ground", "")).rejects.toThrow(/400/);
});

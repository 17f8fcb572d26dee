import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { PackageInfo } from "../../src/api/package-info.ts";
import {
  findPackageLitter,
  type PackagePlace,
  type PackageServer,
  packagePlace,
} from "../packages/serving-packages.ts";
import { addToy } from "../packages/toy-index.ts";
import { until } from "../support/until.ts";
import { CRANKCASE } from "./serving.ts";

let place: PackagePlace;
let server: PackageServer;

beforeAll(async () => {
  place = await packagePlace();
  await addToy(place.toys, "toy", { "2.0.0": {}, "1.5": {}, "1.2.0": {} });
  await addToy(place.toys, "ground", { "1.0.0": {} });
  await addToy(place.toys, "house", { "3.0.0": { on: { ground: "*" } } });
  await addToy(place.toys, "slow", { "1.0.0": { fixups: [["/usr/bin/sleep", "5"]] } });
  await addToy(place.toys, "broken", { "1.0.0": { fixups: [["/usr/bin/ls", "/nowhere"]] } });
  server = await place.serve();
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await place?.[Symbol.asyncDispose]();
});
afterEach(() => server.uninstallAll());

/** Runs the command with the key that may install, or another one. */
function crankcase(command: string, key = place.keys.packages) {
  return execa(CRANKCASE, command.split(" "), {
    env: { PATH: process.env.PATH, CRANKCASE_URL: server.url, CRANKCASE_KEY: key },
    ...{ extendEnv: false, cwd: "/", input: "", reject: false },
  });
}

const columns = (text: string) => text.split("\n").map((line) => line.trim().split(/\s{2,}| /));

test("list tells what there is and what is installed, as a table and as JSON", async () => {
  await server.install("toy", "1.2");
  const [all, installed, json] = await Promise.all([
    crankcase("packages list"),
    crankcase("ppman list --installed"),
    crankcase("packages list --json"),
  ]);
  expect(columns(all.stdout)).toEqual(
    expect.arrayContaining([
      ["toy", "2.0.0", "1", "MB", "toy"],
      ["toy", "1.2.0", "installed", "1", "MB", "toy"],
    ]),
  );
  expect(columns(installed.stdout)).toEqual([["toy", "1.2.0", "installed", "1", "MB", "toy"]]);
  const listed: PackageInfo[] = JSON.parse(json.stdout);
  expect(listed.map(({ name, version }) => `${name} ${version}`)).toContain("house 3.0.0");
  expect(listed.find(({ version }) => version === "1.2.0")).toEqual({
    ...{ name: "toy", version: "1.2.0", installed: true, languages: ["toy"], suite: "trixie", size_mb: 1 },
  });
});

test("search and info find packages by name, and guess what was meant", async () => {
  const [found, none, info, missing] = await Promise.all([
    crankcase("packages search OU"),
    crankcase("packages search hous3"),
    crankcase("packages info toy"),
    crankcase("packages info toyy"),
  ]);
  expect(columns(found.stdout).map(([name]) => name)).toEqual(["ground", "house"]);
  expect([none.exitCode, none.stderr]).toEqual([1, "nothing is called like that. Did you mean house?"]);
  expect(info.stdout).toMatch(/^toy\nlanguages {2}toy\n2\.0\.0 .* of trixie, 1 MB\n1\.5 .*\n1\.2\.0 /);
  expect(missing.exitCode).toBe(125);
  expect(missing.stderr).toMatch(/There is no package toyy\. Did you mean toy\?\nhint: .*packages list/);
});

test("install takes several packages and ranges, goes on after one that fails, and tells each step", async () => {
  const { exitCode, stdout, stderr } = await crankcase("packages install toy=1.x toi broken house toy=^2");
  expect([exitCode, stdout.split("\n")]).toEqual([125, ["toy 1.5", "house 3.0.0", "toy 2.0.0"]]);
  expect(stderr).toContain("crankcase: There is no package toi. Did you mean toy?");
  expect(stderr).toMatch(/crankcase: \/usr\/bin\/ls \/nowhere ended with code 2:\n.*cannot access/);
  expect(stderr).toMatch(/^package ground: build its layer \d+\.\d s, about 1 MB$/m);
  expect(await server.installed()).toEqual(["ground 1.0.0", "house 3.0.0", "toy 2.0.0", "toy 1.5"]);
  const again = await crankcase("ppman install toy=1.5 --json");
  expect([again.exitCode, JSON.parse(again.stdout)]).toEqual([
    0,
    [{ name: "toy", version: "1.5", languages: ["toy"] }],
  ]);
});

test("uninstall takes packages in any order, also one that another of them needs", async () => {
  await Promise.all([server.install("house"), server.install("toy")]);
  const needed = await crankcase("packages uninstall ground --json");
  expect([needed.exitCode, JSON.parse(needed.stdout)]).toEqual([
    125,
    [{ name: "ground", error: expect.stringContaining("ground 1.0.0 is needed by house 3.0.0") }],
  ]);
  const { exitCode, stdout, stderr } = await crankcase("ppman uninstall ground house toy");
  expect([exitCode, stderr, stdout.split("\n").sort()]).toEqual([
    0,
    "",
    ["ground 1.0.0", "house 3.0.0", "toy 2.0.0"],
  ]);
  expect(await server.installed()).toEqual([]);
});

test("upgrade without a name goes through all that is installed", async () => {
  await Promise.all([server.install("toy", "1.5"), server.install("ground")]);
  await writeFile(join(place.toys.indexDir, "toy/toy-1.5"), "#!/bin/sh\necho upgraded\n");
  const { exitCode, stdout } = await crankcase("packages upgrade");
  expect([exitCode, stdout.split("\n")]).toEqual([0, ["ground 1.0.0", "toy 1.5"]]);
  expect(await server.run("toy", "")).toBe("upgraded\n");
});

test("spec installs just what its file lets in, and one JSON text tells all of it", async () => {
  await Promise.all([server.install("toy", "1.2"), server.install("house")]);
  const file = join(place.toys.indexDir, "languages.spec");
  await writeFile(file, "# ours\nt*y *\n!toy <2 # too old\nslow ^9\n");
  const { exitCode, stdout, stderr } = await crankcase(`ppman spec ${file} --json`);
  expect([exitCode, stderr.match(/crankcase:.*/)]).toEqual([0, null]);
  expect(JSON.parse(stdout).map((it: PackageInfo) => `${it.name} ${it.version}`)).toEqual([
    "house 3.0.0",
    "toy 1.2.0",
    "ground 1.0.0",
    "toy 2.0.0",
  ]);
  expect(await server.installed()).toEqual(["toy 2.0.0"]);
});

test("spec leaves alone what a package that it lets in needs", async () => {
  await server.install("house");
  const file = join(place.toys.indexDir, "languages.spec");
  await writeFile(file, "house\n");
  const { exitCode, stdout, stderr } = await crankcase(`packages spec ${file}`);
  expect([exitCode, stdout]).toEqual([0, ""]);
  expect(stderr).toContain("it stays: ground 1.0.0 is needed by house 3.0.0");
  expect(await server.installed()).toEqual(["ground 1.0.0", "house 3.0.0"]);
});

test("a spec file with a line that cannot be read changes nothing, and says which line", async () => {
  await server.install("toy");
  const file = join(place.toys.indexDir, "wrong.spec");
  await writeFile(file, "toy *\n\nground not-a-range\n");
  const { exitCode, stderr } = await crankcase(`packages spec ${file}`);
  expect([exitCode, stderr]).toEqual([
    125,
    expect.stringContaining("wrong.spec:3: not-a-range is no semver range"),
  ]);
  expect(await server.installed()).toEqual(["toy 2.0.0"]);
});

test.each([
  ["a word that is no range", "packages install toy=newest", /toy=newest is not NAME or NAME=RANGE/],
  [
    "a server that is none",
    "packages list --url http://127.0.0.1:9",
    /does not answer.*\nhint: .*crankcase serve/,
  ],
  [
    "a command that there is not",
    "packages instal toy",
    /unknown command 'instal'\n\(Did you mean install\?\)/,
  ],
])("%s is refused, with what to do", async (_what, command, message) => {
  const { exitCode, stderr } = await crankcase(command);
  expect([exitCode === 0, stderr]).toEqual([false, expect.stringMatching(message)]);
});

test("a key without the scope is told which one it lacks", async () => {
  const { exitCode, stderr } = await crankcase("packages install toy", place.keys.run);
  expect([exitCode, stderr]).toEqual([
    125,
    expect.stringMatching(/runner lacks the scope packages\nhint: .*CRANKCASE_KEY/),
  ]);
});

test("an installation that is interrupted by Ctrl-C ends on the server too", async () => {
  const command = crankcase("packages install slow");
  await until("it is built", isBuilding);
  command.kill("SIGINT");
  expect((await command).exitCode).toBe(130);
  await until("the build is over", async () => !(await isBuilding()));
  expect(await server.installed()).toEqual([]);
});

test("a server that dies in the middle of an installation is told as such", async () => {
  const command = crankcase("packages install slow");
  await until("it is built", isBuilding);
  const readies = () => server.serving.log.filter((line) => line.includes('"ready"')).length;
  const before = readies();
  process.kill(server.serving.child("daemon"), "SIGKILL");
  const { exitCode, stderr } = await command;
  await until("a new daemon is ready", () => readies() > before);
  expect([exitCode, stderr]).toEqual([
    125,
    expect.stringMatching(/ended its answer too early: .*try again\nhint: /),
  ]);
  expect(await server.installed()).toEqual([]);
});

const isBuilding = async () => (await findPackageLitter(place)).length > 0;

import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type PackagePlace, type PackageServer, packagePlace } from "../packages/serving-packages.ts";
import { addToy } from "../packages/toy-index.ts";
import { until } from "../support/until.ts";
import { overServer } from "./serving-pools.ts";

let place: PackagePlace;
let server: PackageServer;

beforeAll(async () => {
  place = await packagePlace();
  await addToy(place.toys, "toy", { "1.0.0": {} });
  const file = join(place.toys.runtimesDir, "toy.yaml");
  await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, "utf8")), ahead: "open" }));
  server = await place.serve({ slots: 2, ready_jails: 8, interpreters_ahead: true });
});
afterAll(async () => {
  await server.uninstallAll();
  await server[Symbol.asyncDispose]();
  await place[Symbol.asyncDispose]();
});

/** Runs jobs until programs wait for others like them. */
async function startAhead(): Promise<void> {
  const pools = overServer(server.serving);
  await until("toys wait", async () => {
    await server.run("toy", "echo");
    return ((await pools.ahead()).toy ?? 0) > 0;
  });
}

it("what a program writes before its job comes is the job's", async () => {
  await server.install("toy");
  await startAhead();
  expect(await server.run("toy", "echo now")).toBe("toy 1.0.0\nnow\n");
});

it("a replaced package is what the next job runs on, and programs started on the old one hold nothing up", async () => {
  await server.install("toy");
  await startAhead();
  await appendFile(join(place.toys.indexDir, "toy/toy-1.0.0"), "echo replaced\n");
  expect(await server.send("POST", { name: "toy", upgrade: true })).toMatchObject({ status: 200 });
  expect(await overServer(server.serving).ahead()).toEqual({});
  expect(await server.run("toy", "echo new")).toBe("toy 1.0.0\nnew\nreplaced\n");
});

it("a removed package is gone while programs wait that were started on it", async () => {
  await server.install("toy");
  await startAhead();
  expect(await server.uninstall("toy")).toMatchObject({ status: 200 });
  expect(await overServer(server.serving).ahead()).toEqual({});
  await expect(server.run("toy", "echo late")).rejects.toThrow(/400.*toy-\* runtime is unknown/);
});

it("packages come and go under jobs of the same language, and each job is right", async () => {
  await server.install("toy");
  let isOver = false;
  const answers: string[] = [];
  const callers = Array.from({ length: 3 }, async () => {
    while (!isOver) answers.push(await server.run("toy", "echo job").catch((error: Error) => error.message));
  });
  for (let round = 0; round < 3; round += 1) {
    await until("programs wait", async () => ((await overServer(server.serving).ahead()).toy ?? 0) > 0);
    await appendFile(join(place.toys.indexDir, "toy/toy-1.0.0"), `echo round ${round}\n`);
    expect(await server.send("POST", { name: "toy", upgrade: true })).toMatchObject({ status: 200 });
  }
  expect(await server.uninstall("toy")).toMatchObject({ status: 200 });
  isOver = true;
  await Promise.all(callers);
  for (const answer of answers) expect(answer).toMatch(/^toy 1\.0\.0\njob\n|400.*toy-\* runtime is unknown/);
});

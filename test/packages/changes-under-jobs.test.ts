import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, expect, it } from "vitest";
import { until } from "../support/until.ts";
import { leaveNothing } from "./after-each-package-test.ts";
import { type PackagePlace, type PackageServer, packagePlace } from "./serving-packages.ts";
import { addToy } from "./toy-index.ts";

/** Says what it is made of, twice, with time for a change in between. */
const LOOKS_TWICE = "tail -n 1 /usr/local/bin/toy; sleep 1; tail -n 1 /usr/local/bin/toy; echo end";

let place: PackagePlace;
let server: PackageServer;

beforeAll(async () => {
  place = await packagePlace();
  await addToy(place.toys, "toy", { "1.0.0": {} });
  server = await place.serve({ slots: 2 });
});
leaveNothing(() => ({ place, server }));

/** Starts a job and waits until it runs. */
async function startJob(program: string): Promise<{ readonly output: Promise<string> }> {
  const before = await server.serving.runnerProcesses();
  const output = server.run("toy", program);
  output.catch(() => undefined);
  await until("the job runs", async () => (await server.serving.runnerProcesses()) > before);
  return { output };
}

/** In which order things settled. */
function inOrder(settling: Readonly<Record<string, Promise<unknown>>>): string[] {
  const order: string[] = [];
  for (const [name, promise] of Object.entries(settling)) {
    const note = () => void order.push(name);
    promise.then(note, note);
  }
  return order;
}

it("a removal waits for the jobs that run; they keep their files, and later ones are refused", async () => {
  await server.install("toy");
  const job = await startJob(LOOKS_TWICE);
  const removal = server.uninstall("toy");
  await sleep(100);
  const late = server.run("toy", "echo late");
  const order = inOrder({ job: job.output, removal, late });
  expect(await job.output).toBe('toy 1.0.0\n. "./$1"\n. "./$1"\nend\n');
  expect(await removal).toMatchObject({ status: 200 });
  await expect(late).rejects.toThrow(/400.*toy-\* runtime is unknown/);
  expect(order[0]).toBe("job");
});

it("a replacement waits for the jobs that run, and those that come meanwhile run on what it brings", async () => {
  await server.install("toy");
  const job = await startJob(LOOKS_TWICE);
  await appendFile(join(place.toys.indexDir, "toy/toy-1.0.0"), "echo replaced\n");
  const replacement = server.send("POST", { name: "toy", upgrade: true });
  expect(await job.output).toBe('toy 1.0.0\n. "./$1"\n. "./$1"\nend\n');
  expect(await replacement).toMatchObject({ status: 200, body: { version: "1.0.0" } });
  expect(await server.run("toy", "echo new")).toBe("toy 1.0.0\nnew\nreplaced\n");
});

it("jobs that come without end do not keep a removal or a replacement from its turn", async () => {
  await server.install("toy");
  let isOver = false;
  const answers = new Set<string>();
  const callers = Array.from({ length: 4 }, async () => {
    while (!isOver) answers.add(await server.run("toy", "sleep 0.2").catch((error: Error) => error.message));
  });
  await until("jobs run", () => answers.size > 0);
  await appendFile(join(place.toys.indexDir, "toy/toy-1.0.0"), "echo again\n");
  expect(await server.send("POST", { name: "toy", upgrade: true })).toMatchObject({ status: 200 });
  expect(await server.uninstall("toy")).toMatchObject({ status: 200 });
  isOver = true;
  await Promise.all(callers);
  // Whoever was refused was so because there was no such language any more.
  const refusals = [...answers].filter((answer) => !answer.startsWith("toy 1.0.0\n"));
  for (const refusal of refusals) expect(refusal).toMatch(/400.*toy-\* runtime is unknown/);
});

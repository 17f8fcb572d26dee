import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { openKept } from "../cli/kept-connection.ts";
import { type Serving, startServing } from "../cli/serving.ts";
import { findLeftovers } from "../support/census.ts";
import { takeQuietCensus } from "../support/expect-census.ts";
import { until } from "../support/until.ts";
import { answerTo, expectServed, type Job } from "./answer-to.ts";
import { holdConnections } from "./open-connections.ts";
import { PATIENT } from "./patient.ts";

vi.setConfig(PATIENT);

const HELLO: Job = { language: "bash", files: [{ content: "echo hello" }] };

/** Descriptors of each process; a daemon opens some 150 at its start, when it reads all definitions. */
const DESCRIPTORS = 256;

function startPoor(): Promise<Serving> {
  const before = ["prlimit", `--nofile=${DESCRIPTORS}:${DESCRIPTORS}`, "--"];
  return startServing({ ready_jails: 0 }, {}, { before });
}

async function descriptorsOf(pid: number): Promise<number> {
  return (await readdir(`/proc/${pid}/fd`)).length;
}

/** Processor time of a process, in seconds: fields 14 and 15 in hundredths (proc_pid_stat(5)). */
async function processorSeconds(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, "utf8")).replace(/^.*\) /, "").split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function health(url: string): Promise<number> {
  return await fetch(`${url}/healthz`, { headers: { connection: "close" } }).then(
    ({ status }) => status,
    () => 0,
  );
}

test("more callers than a daemon has descriptors: who is connected is served, and when they leave everybody is", async () => {
  const serving = await startPoor();
  {
    await using _serving = serving;
    await expectServed(serving.url, HELLO);
    const daemon = serving.child("daemon");
    const before = await descriptorsOf(daemon);
    const { hostname, port } = new URL(serving.url);
    const kept = await openKept(serving.url);
    {
      using _held = holdConnections(
        { host: hostname, port: Number(port) },
        3 * DESCRIPTORS,
        "GET /healthz HTTP/1.1\r\n",
      );
      await sleep(500);
      for (const _job of [1, 2, 3]) {
        const { status, body } = await kept.post("/api/crankcase/v1/jobs", HELLO);
        expect([status, body]).toEqual([
          200,
          expect.objectContaining({ run: expect.objectContaining({ stdout: "hello\n" }) }),
        ]);
      }
      expect((await kept.get("/healthz")).status).toBe(200);
      expect(serving.log.filter((line) => line.includes("and more are cut"))).toHaveLength(1);
    }
    await until("health answers", async () => (await health(serving.url)) === 200);
    await expectServed(serving.url, HELLO);
    expect(serving.child("daemon")).toBe(daemon);
    await until(
      "as many descriptors are open as before",
      async () => (await descriptorsOf(daemon)) <= before + 1,
    );
  }
  expect(await findLeftovers(serving.place)).toEqual([]);
});

test("more connections than a jailer has descriptors: it waits without work, and serves when they leave", async () => {
  await using serving = await startPoor();
  await expectServed(serving.url, HELLO);
  const jailer = { place: serving.place, pid: serving.child("jailer") };
  const before = await takeQuietCensus(jailer);
  {
    using _held = holdConnections({ path: join(serving.place.runDir, "jailer.sock") }, 3 * DESCRIPTORS);
    await sleep(300);
    const [from, start] = [performance.now(), await processorSeconds(jailer.pid)];
    await sleep(1_000);
    const share = ((await processorSeconds(jailer.pid)) - start) / ((performance.now() - from) / 1000);
    // One that tried again without a pause would take whatever it gets, on a machine that others use too.
    expect(share).toBeLessThan(0.1);
    expect(await answerTo(serving.url, HELLO)).toMatch(
      /^(right|error (busy|jailer_absent|jailer_failed|jail_lost))$/,
    );
  }
  await expectServed(serving.url, HELLO);
  const all = Array.from({ length: serving.slots }, () => answerTo(serving.url, HELLO));
  expect(await Promise.all(all)).toEqual(all.map(() => "right"));
  expect(serving.child("jailer")).toBe(jailer.pid);
  const after = await takeQuietCensus(jailer);
  expect({ ...after, descriptors: after.descriptors.length }).toEqual({
    ...before,
    descriptors: before.descriptors.length,
  });
});

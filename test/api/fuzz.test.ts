import { readdir } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { Agent, request } from "undici";
import { afterAll, beforeAll, expect, test } from "vitest";
import { JobRequestShape } from "../../src/api/job-request.ts";
import { type Serving, startServing } from "../cli/serving.ts";
import { seededRandom } from "../jail-client/seeded-random.ts";
import { expectCensus, takeQuietCensus } from "../support/expect-census.ts";
import { TIME_FACTOR } from "../support/time-factor.ts";
import { until } from "../support/until.ts";
import { type RandomRequest, randomRequest } from "./random-request.ts";
import { schemaNode, shapePlaces, withValueAt } from "./shape-walk.ts";

/** How many requests are sent: FUZZ_REQUESTS=5000 for the long run. */
const REQUESTS = Number(process.env.FUZZ_REQUESTS ?? 300);

/** The same seed makes the same requests. */
const SEED = Number(process.env.FUZZ_SEED ?? 1);

const CALLERS = 8;

/** A request takes a second at most here, its wait for a slot too; a busy machine gets ten times as long. */
const TIMEOUT_MS = (60_000 + REQUESTS * 1_000) * TIME_FACTOR;

const SHORT = {
  default: { wall_time_ms: 500, cpu_time_ms: 300 },
  maximum: { wall_time_ms: 1_000, cpu_time_ms: 1_000 },
};

let serving: Serving;

beforeAll(async () => {
  // Without jails that wait: what is left is counted.
  const limits = { compile: SHORT, run: SHORT };
  serving = await startServing({ slots: 4, ready_jails: 0, queue_bound: 3, limits });
});

afterAll(() => serving[Symbol.asyncDispose]());

interface Answered {
  readonly status: number;
  readonly retryAfter: unknown;
  readonly text: string;
}

async function send({ method, path, headers, body }: RandomRequest, dispatcher: Agent): Promise<Answered> {
  const content = ["GET", "HEAD", "OPTIONS"].includes(method) ? {} : { body };
  const answer = await request(serving.url + path, {
    method: method as "POST",
    headers,
    dispatcher,
    ...content,
  });
  return {
    status: answer.statusCode,
    retryAfter: answer.headers["retry-after"],
    text: await answer.body.text(),
  };
}

function faultOf({ status, retryAfter, text }: Answered): string | null {
  if (/\n {4}at |node:internal/.test(text)) return "its answer tells of our insides";
  if (status === 503) return Number(retryAfter) > 0 ? null : "503 without Retry-After";
  return status >= 500 ? `${status} ${text}` : null;
}

async function descriptors(): Promise<number> {
  return (await readdir(`/proc/${serving.child("daemon")}/fd`)).length;
}

async function health() {
  return (await (
    await fetch(`${serving.url}/healthz`, { headers: { connection: "close" } })
  ).json()) as object;
}

test(`${REQUESTS} requests made up from the shapes get no 5xx but 503 with Retry-After, and leave nothing behind`, {
  timeout: TIMEOUT_MS,
}, async () => {
  const jailer = { place: serving.place, pid: serving.child("jailer") };
  await sendMany(20, seededRandom(SEED + 1));
  const [before, open] = [await takeQuietCensus(jailer), await descriptors()];
  const { faults, statuses } = await sendMany(REQUESTS, seededRandom(SEED));
  console.log(`seed ${SEED}, answers by status: ${JSON.stringify(statuses)}`);
  expect(faults).toEqual([]);
  expect(statuses[200]).toBeGreaterThan(REQUESTS / 20);
  expect(statuses[400]).toBeGreaterThan(REQUESTS / 10);
  await expectCensus(jailer, before);
  await until("the daemon has no more descriptors than before", async () => (await descriptors()) <= open);
  expect(await health()).toMatchObject({ running: 0, waiting: 0 });
});

const LIMITS = shapePlaces(schemaNode(JobRequestShape)).filter(
  ({ path, node }) => path[0] === "limits" && node.type === "integer",
);

test.each(
  LIMITS.flatMap(({ path, node: { minimum = 0 } }) => [
    { name: path.join("."), path, value: minimum },
    { name: path.join("."), path, value: minimum + 1 },
  ]),
)("$name may be as little as $value: that is no failure of ours", async ({ path, value }) => {
  const dispatcher = new Agent();
  const job = { language: "c", files: [{ content: "int main(void) { return 0; }" }] };
  const body = JSON.stringify(withValueAt(job, path, value));
  const headers = { "content-type": "application/json" };
  const answer = await send({ method: "POST", path: "/api/crankcase/v1/jobs", headers, body }, dispatcher);
  await dispatcher.close();
  expect([200, 400, 503]).toContain(answer.status);
});

/** Sends requests by several callers at once; the connections are closed at the end. */
async function sendMany(count: number, random: () => number) {
  const dispatcher = new Agent({ headersTimeout: 60_000 * TIME_FACTOR });
  const faults: string[] = [];
  const statuses: Record<number, number> = {};
  let left = count;
  const caller = async () => {
    while (left > 0) {
      left -= 1;
      const made = randomRequest(random);
      const answered = await send(made, dispatcher);
      statuses[answered.status] = (statuses[answered.status] ?? 0) + 1;
      // Whoever is told to come again does not come at once: else hardly a job would get through.
      if (answered.status === 503) await sleep(50);
      const fault = faultOf(answered);
      if (fault !== null)
        faults.push(`${fault}: ${made.method} ${made.path} ${String(made.body).slice(0, 500)}`);
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  await dispatcher.close();
  return { faults, statuses };
}

import { atLeast, atMost } from "../figures.ts";
import type { Bench } from "../measuring/bench.ts";
import { type NativeApi, openNativeApi } from "../measuring/native-api.ts";
import { descendantsOf, programOf, pssBytes } from "../measuring/process-memory.ts";
import { percentile } from "../statistics.ts";
import { startServer } from "./bench-server.ts";
import type { Line } from "./line.ts";

/** Jobs that are queued, by so many in a request. */
const QUEUED = 100_000;
const BATCH = 1_000;

/** One job runs at a time, so that hardly any has ended when the last one is queued, and all begin one by one. */
const SETTINGS = { slots: 1, ready_jails: 0, queued_jobs: { jobs: 2 * QUEUED } };

/** Requests that are timed, one after the other. */
const REQUESTS = 200;

/** Of the jobs that were queued first, whose order is looked at. */
const LOOKED_AT = 100;

const BYTES_PER_MB = 1e6;

const JOB = { language: "bash", files: [{ content: "echo hello" }] };

/** How a hundred thousand jobs wait that nobody waits for. */
export const hundredThousandQueued: Line = {
  name: "100000-queued",
  title: `${QUEUED} jobs that nobody waits for in the queue, against an empty one`,
  measure,
};

async function measure(bench: Bench) {
  await using acquired = new AsyncDisposableStack();
  const { instance, native } = await startServer(bench, acquired, SETTINGS);
  const api = openNativeApi(native.url, 1, acquired);
  const daemon = await daemonOf(instance.pid);
  const emptyMs = await submitting(api);
  const emptyBytes = await pssBytes(daemon);
  const first = await fill(bench, api);
  const fullBytes = await pssBytes(daemon);
  const fullMs = await submitting(api);
  const lookMs = await p50(REQUESTS, () => api.call("GET", `/${first.at(-1)}`));
  const inOrder = await startedInOrder(bench, api, first);
  const unit = "x empty queue";
  return {
    ways: [],
    checks: [
      atMost(2_000, {
        what: "memory of a queued job",
        value: (fullBytes - emptyBytes) / QUEUED,
        unit: "bytes",
      }),
      atMost(2, { what: "submitting", value: fullMs / emptyMs, unit }),
      atLeast(1, { what: "started in their order", value: inOrder / LOOKED_AT, unit: "of all" }),
    ],
    notes: [
      `Queued in requests of ${BATCH}; meanwhile the daemon's PSS grew from ${mb(emptyBytes)} to ${mb(fullBytes)} MB, garbage not collected. Submitting one more, one after the other: p50 ${emptyMs.toFixed(2)} ms with an empty queue, ${fullMs.toFixed(2)} ms with the full one; looking at one that waits, with its position: p50 ${lookMs.toFixed(2)} ms. Of those that were queued first ${LOOKED_AT} were looked at.`,
    ],
  };
}

async function p50(requests: number, request: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let sent = 0; sent < requests; sent += 1) {
    const start = performance.now();
    await request();
    times.push(performance.now() - start);
  }
  return percentile(times, 0.5);
}

function submitting(api: NativeApi): Promise<number> {
  return p50(REQUESTS, () => api.call("POST", "", { ...JOB, wait: false }));
}

/** Queues all; gives the ids of the first ones. */
async function fill(bench: Bench, api: NativeApi): Promise<string[]> {
  const first: string[] = [];
  for (let sent = 0; sent < QUEUED; sent += BATCH) {
    bench.stop.throwIfAborted();
    const jobs = Array.from({ length: BATCH }, () => JOB);
    const answer = (await api.call("POST", "/batch", { jobs })) as { readonly jobs: { id: string }[] };
    if (sent === 0) first.push(...answer.jobs.slice(0, LOOKED_AT).map(({ id }) => id));
    bench.progress((0.8 * sent) / QUEUED);
  }
  return first;
}

/** How many of them did not start before the one that was queued before it. */
async function startedInOrder(bench: Bench, api: NativeApi, ids: readonly string[]): Promise<number> {
  for (let state: unknown = ""; state !== "done"; bench.stop.throwIfAborted())
    ({ state } = await api.call("GET", `/${ids.at(-1)}?wait=60`));
  const answer = (await api.call("GET", `?ids=${ids.join(",")}`)) as {
    readonly jobs: { started_at: string }[];
  };
  const times = answer.jobs.map(({ started_at: at }) => Date.parse(at));
  return times.filter((time, index) => time >= (times[index - 1] ?? 0)).length;
}

async function daemonOf(pid: number): Promise<number> {
  for (const child of await descendantsOf(pid)) if ((await programOf(child)) !== "jailer") return child;
  throw new Error("the daemon is not there");
}

function mb(bytes: number): string {
  return (bytes / BYTES_PER_MB).toFixed(1);
}

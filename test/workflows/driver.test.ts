import { dir } from "tmp-promise";
import { expect, test } from "vitest";
import type { JobRequest } from "../../src/api/job-request.ts";
import type { QueuedJob } from "../../src/api/queued-job.ts";
import { CrankcaseError } from "../../src/errors/crankcase-error.ts";
import { nativeErrorBody } from "../../src/http/native-words.ts";
import { EXAMPLE_QUEUED, EXAMPLE_RESULT } from "../../src/http/openapi/job-examples.ts";
import { listeners } from "../../src/queue/listeners.ts";
import { openSqliteStore } from "../../src/queue/sqlite-store.ts";
import { sharedWithNobody } from "../../src/workflows/shared-with-nobody.ts";
import { Workflows } from "../../src/workflows/workflows.ts";
import type { WorkflowsDeps } from "../../src/workflows/workflows-deps.ts";
import { until } from "../support/until.ts";
import { step } from "./sent-workflow.ts";

const VIEWER = { client: "address:1", key: null, seesAll: false };

const BOUNDS = {
  steps: 100,
  items: 100,
  jobs: 100,
  jobsAtOnce: 4,
  carriedBytes: 1_000,
  unfinished: 10,
  definitionBytes: 1e6,
};

/** A queue whose jobs end when a test says so. */
function fakeQueue() {
  const jobs = new Map<string, QueuedJob>();
  const news = listeners();
  const byKey = new Map<string, string>();
  const requests: JobRequest[] = [];
  let refusal: CrankcaseError | null = null;
  let refused = 0;
  const queued: WorkflowsDeps["queued"] = {
    async submit([request]) {
      if (refusal !== null) {
        refused += 1;
        throw refusal;
      }
      if (request === undefined) throw new Error("nothing was submitted");
      const key = request.idempotency_key ?? "";
      const known = byKey.get(key);
      const id = known ?? `job ${jobs.size}`;
      if (known === undefined) requests.push(request);
      byKey.set(key, id);
      const job = jobs.get(id) ?? { ...EXAMPLE_QUEUED, id };
      jobs.set(id, job);
      return [{ job, isNew: known === undefined }];
    },
    find: async (ids) => ids.flatMap((id) => jobs.get(id) ?? []),
    changed: (id, signal) => news.next(id, signal),
    async cancel(id) {
      end(id, { state: "cancelled" });
    },
  };
  const end = (id: string, change: Partial<QueuedJob>) => {
    const job = jobs.get(id);
    if (job !== undefined && job.state === "queued") jobs.set(id, { ...job, ...change });
    news.tell(id);
  };
  const endAll = () => {
    for (const [id, { state }] of jobs)
      if (state === "queued") end(id, { state: "done", result: EXAMPLE_RESULT });
  };
  return {
    ...{ queued, requests, endAll },
    refused: () => refused,
    refuse(error: CrankcaseError | null) {
      refusal = error;
    },
  };
}

async function opened(change: Partial<WorkflowsDeps> = {}) {
  await using acquired = new AsyncDisposableStack();
  const { path, cleanup } = await dir({ unsafeCleanup: true });
  acquired.defer(cleanup);
  const store = acquired.use(await openSqliteStore(`${path}/jobs/jobs.sqlite`));
  const queue = fakeQueue();
  const warnings: string[] = [];
  const deps: WorkflowsDeps = {
    store: store.workflows,
    queued: queue.queued,
    artifacts: { find: () => Promise.resolve(null) },
    bounds: BOUNDS,
    timeLimitMs: 60_000,
    check: () => undefined,
    ttl: { defaultSeconds: 100, maximumSeconds: 1_000 },
    callbacks: { allowPrivate: false },
    sharing: sharedWithNobody(),
    spend: async () => undefined,
    callbackDue: () => undefined,
    now: () => Date.now(),
    errorBody: nativeErrorBody,
    warn: (text) => void warnings.push(text),
    ...{ pauseMs: 10, sweepMs: 60_000 },
    ...change,
  };
  const owned = acquired.move();
  return { ...queue, store, deps, warnings, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** A request as the server has checked its shape. */
const request = (steps: readonly object[], rest: object = {}) =>
  ({ steps, ...rest }) as Parameters<Workflows["submit"]>[0];

test("a queue that has no room is asked again until it has, and nothing is submitted twice", async () => {
  await using at = await opened();
  at.refuse(new CrankcaseError("busy", "full", { retryAfterSeconds: 1 }));
  await using workflows = await Workflows.open(at.deps);
  const { workflow } = await workflows.submit(
    request([step("a", "", { for_each: [1, 2, 3, 4, 5, 6] })]),
    VIEWER,
  );
  await until("it was refused a few times", () => at.refused() > 10);
  expect(at.requests).toEqual([]);
  at.refuse(null);
  await until("four are submitted", () => at.requests.length === 4);
  at.endAll();
  await until("the others are", () => at.requests.length === 6);
  at.endAll();
  await until("it is over", async () => (await workflows.find(workflow.id, VIEWER))?.state === "succeeded");
  expect(new Set(at.requests.map((it) => it.idempotency_key)).size).toBe(6);
});

test("a driver that dies before it noted what it submitted finds it again, and goes on", async () => {
  await using at = await opened();
  let isDead = false;
  const store: WorkflowsDeps["store"] = {
    ...at.deps.store,
    saveWorkflow: (save) => (isDead ? new Promise(() => undefined) : at.deps.store.saveWorkflow(save)),
  };
  const first = await Workflows.open({ ...at.deps, store });
  isDead = true;
  const { workflow } = await first.submit(
    request([step("a", ""), step("b", "", {}, { stdin: { from: "a" } })]),
    VIEWER,
  );
  await until("it is submitted", () => at.requests.length === 1);
  at.endAll();
  await using second = await Workflows.open(at.deps);
  await until("the second step is submitted", () => at.requests.length === 2);
  expect(at.requests[1]?.stdin).toBe(Buffer.from(EXAMPLE_RESULT.run?.stdout ?? "").toString("base64"));
  at.endAll();
  await until("it is over", async () => (await second.find(workflow.id, VIEWER))?.state === "succeeded");
  expect(at.requests).toHaveLength(2);
});

test("a driver that is denied drives nothing, and one that lost its right leaves off", async () => {
  await using at = await opened();
  const lost = new AbortController();
  const lease = { lost: lost.signal, [Symbol.asyncDispose]: async () => undefined };
  await using denied = await Workflows.open({
    ...at.deps,
    sharing: { ...sharedWithNobody(), claim: async () => null },
  });
  const { workflow } = await denied.submit(request([step("a", ""), step("b", "", { needs: ["a"] })]), VIEWER);
  await until("it has let it go", () => denied.running === 0);
  expect(at.requests).toEqual([]);
  await using losing = await Workflows.open({
    ...at.deps,
    sharing: { ...sharedWithNobody(), claim: async () => lease },
  });
  await until("it is submitted", () => at.requests.length === 1);
  lost.abort();
  await until("it has let it go", () => losing.running === 0);
  at.endAll();
  await using last = await Workflows.open(at.deps);
  await until("the second step is submitted", () => at.requests.length === 2);
  at.endAll();
  await until("it is over", async () => (await last.find(workflow.id, VIEWER))?.state === "succeeded");
});

test("a workflow that was accepted and cannot be read any more ends, and holds up no other", async () => {
  await using at = await opened();
  const stranger = {
    ...{
      id: "x",
      client: "c",
      owner: null,
      name: null,
      ttlSeconds: 1,
      idempotencyKey: null,
      callback: null,
      jobKey: "k",
    },
    ...{
      request: '{"steps": [{"name": "a", "job": {"files": []}, "needs": ["gone"]}]}',
      progress: '{"steps": [], "ending": null}',
    },
    ...{ submittedAt: Date.now(), deadline: Date.now() + 60_000 },
  };
  await at.deps.store.addWorkflow(stranger);
  await using workflows = await Workflows.open(at.deps);
  await until("it is over", async () => (await workflows.find("x", VIEWER))?.state === "failed");
  expect(at.warnings).toEqual(["workflow x waits: invalid_request"]);
});

import parse from "parse-prometheus-text-format";
import { expect, test } from "vitest";
import { keyRing } from "../../src/access/key-ring.ts";
import { newKey } from "../../src/access/new-key.ts";
import { CrankcaseError } from "../../src/errors/crankcase-error.ts";
import { measureJobs } from "../../src/metrics/job-metrics.ts";
import { createMetrics } from "../../src/metrics/metrics.ts";
import { queueGauges } from "../../src/metrics/queue-gauges.ts";
import { sampleCatalogue } from "../jobs/sample-runtimes.ts";
import { HI, sampleResult, sampleServer } from "./sample-server.ts";

const catalogue = sampleCatalogue();

const ABOUT = {
  catalogue,
  slots: { total: 4, queueBound: 8, running: 2, waiting: 1 },
  jails: { open: 2 },
  waiting: { ready: 3, ahead: () => new Map([["python", 2]]) },
  compiles: null,
  version: "1.2.3",
  release: null,
};

const JOB = { language: "python", version: "*", files: [{ content: "" }] };

/** The samples of one metric, as a parser reads them. */
function samples(text: string, name: string): readonly Record<string, unknown>[] {
  const family = parse(text).find((each) => each.name === name);
  return family?.metrics ?? [];
}

test("a parser of Prometheus' text format takes all that the server tells", async () => {
  const { server } = sampleServer();
  await server.inject("/healthz");
  const { statusCode, headers, body } = await server.inject("/metrics");
  expect(statusCode).toBe(200);
  expect(headers["content-type"]).toBe("text/plain; version=0.0.4; charset=utf-8");
  const names = parse(body).map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(["crankcase_slots", "crankcase_job_queue_seconds"]));
  // As many as the text itself declares: nothing was skipped.
  expect(names.length).toBe(body.match(/^# TYPE /gm)?.length);
});

test("what the server holds now is read when it is asked for", async () => {
  const slots = { ...ABOUT.slots };
  const metrics = createMetrics({ ...ABOUT, slots });
  expect(samples(await metrics.text(), "crankcase_slots_in_use")).toEqual([{ value: "2" }]);
  slots.running = 3;
  expect(samples(await metrics.text(), "crankcase_slots_in_use")).toEqual([{ value: "3" }]);
});

test("jobs that nobody waits for are counted as they stand when it is asked", async () => {
  const metrics = createMetrics(ABOUT);
  const queued = { waiting: 7, running: 2 };
  queueGauges(metrics.registry, queued);
  expect(samples(await metrics.text(), "crankcase_queued_jobs")).toEqual([{ value: "7" }]);
  queued.running = 1;
  expect(samples(await metrics.text(), "crankcase_queued_jobs_running")).toEqual([{ value: "1" }]);
});

test("a job counts by its runtime and outcome, with its times", async () => {
  const metrics = createMetrics(ABOUT);
  const results = [HI, { ...HI, exit_code: 3 }, { ...HI, cause: "memory" as const, exit_code: null }];
  for (const run of results) {
    await measureJobs(
      () => Promise.resolve(sampleResult({ run })),
      metrics.jobs,
      catalogue.select,
    )({ request: JOB });
  }
  const compile = { ...HI, exit_code: 1 };
  await measureJobs(
    () => Promise.resolve(sampleResult({ compile })),
    metrics.jobs,
    catalogue.select,
  )({ request: JOB });
  const text = await metrics.text();
  const python = { language: "python", version: "3.13.5" };
  expect(samples(text, "crankcase_jobs_total")).toEqual(
    ["ok", "exit_code", "memory", "compile"].map((outcome) => ({
      value: "1",
      labels: { ...python, outcome },
    })),
  );
  expect(text).toContain('crankcase_stage_seconds_count{language="python",stage="run"} 4');
  expect(text).toContain("crankcase_job_queue_seconds_count 4");
});

test("a job that failed counts under the code of its error, and never under what its caller wrote", async () => {
  const metrics = createMetrics(ABOUT);
  const failing = measureJobs(
    () => Promise.reject(new CrankcaseError("busy", "full")),
    metrics.jobs,
    catalogue.select,
  );
  await expect(failing({ request: JOB })).rejects.toThrow("full");
  for (const language of ["made-up-1", "made-up-2"])
    await expect(failing({ request: { ...JOB, language } })).rejects.toThrow("full");
  const text = await metrics.text();
  expect(samples(text, "crankcase_jobs_total")).toMatchObject([
    { value: "1", labels: { language: "python", outcome: "busy" } },
    { value: "2", labels: { language: "none", outcome: "busy" } },
  ]);
  expect(text).not.toContain("made-up");
});

test("requests count by route, and paths that lead nowhere are one", async () => {
  const { server } = sampleServer();
  for (const path of ["/healthz", "/made-up-1", "/api/v2/made-up-2", "/%zz"]) await server.inject(path);
  const { body } = await server.inject("/metrics");
  expect(body).not.toContain("made-up");
  expect(body).toContain('crankcase_http_requests_total{method="GET",route="/healthz",status="200"} 1');
  expect(body).toMatch(/crankcase_http_requests_total\{method="GET",route="none",status="404"\} [23]/);
});

test("on loopback the metrics are as open as the server; elsewhere they take a key of their scope even where jobs take none", async () => {
  const { entry, text } = newKey("scraper", ["metrics"], new Date());
  const runner = newKey("runner", ["run"], new Date());
  const keys = keyRing([entry, runner.entry]);
  const access = { keys, isOpen: true, isLocal: true, faults: [], isOperator: () => false };
  const status = async (isLocal: boolean, key?: string) => {
    const { server } = sampleServer({ access: { ...access, isLocal } });
    const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
    return (await server.inject({ url: "/metrics", headers })).statusCode;
  };
  expect(await status(true)).toBe(200);
  expect(await status(false)).toBe(401);
  expect(await status(false, runner.text)).toBe(403);
  expect(await status(false, text)).toBe(200);
});

import { pino } from "pino";
import { keyRing } from "../../src/access/key-ring.ts";
import type { Meter } from "../../src/access/meter.ts";
import type { JobRequest } from "../../src/api/job-request.ts";
import type { JobResult } from "../../src/api/job-result.ts";
import type { StageResult } from "../../src/api/stage-result.ts";
import { trustedProxies } from "../../src/config/trusted-proxies.ts";
import { buildServer } from "../../src/http/server.ts";
import type { ServerDeps } from "../../src/http/server-deps.ts";
import { resolveJob } from "../../src/jobs/resolve-job.ts";
import { usedLimits } from "../../src/jobs/used-limits.ts";
import { createMetrics } from "../../src/metrics/metrics.ts";
import type { Packages } from "../../src/packages/packages.ts";
import { createSlots, type Slots } from "../../src/slots/slots.ts";
import { NO_ARTIFACTS } from "../jobs/no-artifacts.ts";
import { sampleCatalogue, sampleConfig } from "../jobs/sample-runtimes.ts";

/** A stage that printed "hi" and exited with 0. */
export const HI: StageResult = {
  stdout: "hi\n",
  stderr: "",
  output: "hi\n",
  exit_code: 0,
  signal: null,
  cause: "exited",
  message: null,
  wall_time_ms: 20.4,
  cpu_time_ms: 10.6,
  memory_bytes: 4096,
  truncated: { stdout: false, stderr: false },
  process_limit_hit: false,
};

/** Packages are tested with a jailer: test/packages. */
const noPackages: Packages = {
  list: () => Promise.resolve([]),
  install: () => Promise.reject(new Error("nothing is installed here")),
  upgrade: () => Promise.reject(new Error("nothing is upgraded here")),
  uninstall: () => Promise.reject(new Error("nothing is removed here")),
};

/** Counts nothing. */
const freeMeter: Meter = {
  enter: () => Promise.resolve({ [Symbol.dispose]: () => undefined }),
  spend: () => Promise.resolve(),
  wrongKey: () => Promise.resolve(),
};

/** Queues are tested with a store: test/queue. */
const noQueue: ServerDeps["queued"] = {
  submit: () => Promise.reject(new Error("nothing is queued here")),
  find: () => Promise.resolve([]),
  list: () => Promise.resolve([]),
  changed: () => Promise.resolve(),
  tell: () => Promise.resolve(),
  cancel: () => Promise.resolve(),
  waiting: 5,
  running: 2,
};

/** Workflows are tested with a queue: test/workflows. */
const noWorkflows: ServerDeps["workflows"] = {
  submit: () => Promise.reject(new Error("nothing is queued here")),
  find: () => Promise.resolve(null),
  list: () => Promise.resolve([]),
  changed: () => Promise.resolve(),
  cancel: () => Promise.resolve(),
};

/** Callers come from where they seem to, and have no limits. */
export function freeDeps() {
  return { meter: freeMeter, trustedProxies: trustedProxies([]), allowedHosts: [] };
}

/** Ready, and with nothing to reload. */
function sampleOperation(slots: Slots) {
  const about = { catalogue: sampleCatalogue(), version: "1.2.3", release: null };
  return {
    metrics: createMetrics({
      ...about,
      slots,
      jails: { open: 0 },
      waiting: { ready: 1, ahead: () => new Map() },
      compiles: null,
    }),
    readiness: () => Promise.resolve({ ready: true, reasons: [] }),
    reload: () => Promise.resolve({ applied: [], restart: [], warnings: [] }),
  };
}

/** A server without a port, the jobs that it was asked to execute, and the lines of its log. */
export function sampleServer(settings: Partial<ServerDeps> = {}) {
  const executed: JobRequest[] = [];
  const log: string[] = [];
  const slots = createSlots({ slots: 1, queueBound: 1, concurrentCompiles: 1, concurrentRuns: 1 });
  const server = buildServer({
    catalogue: sampleCatalogue(),
    limits: sampleConfig(),
    slots,
    execute: ({ request }) => {
      executed.push(request);
      return Promise.resolve(sampleResult({ run: HI }));
    },
    queued: noQueue,
    workflows: noWorkflows,
    packages: noPackages,
    compiles: null,
    artifacts: NO_ARTIFACTS.store,
    log: pino({ level: "debug" }, { write: (line) => void log.push(line) }),
    bodyLimitBytes: 10_000,
    allowedOrigins: ["https://allowed.example"],
    version: "1.2.3",
    release: null,
    ending: new AbortController().signal,
    ended: new AbortController().signal,
    startedAt: new Date("2026-01-02T03:04:05Z"),
    access: { keys: keyRing([]), isOpen: true, isLocal: true, faults: [], isOperator: () => false },
    ...freeDeps(),
    warnings: [],
    ...sampleOperation(slots),
    ...settings,
  });
  return { server, executed, log };
}

/** The limits of a Python job that asks for none. */
const LIMITS = resolvedLimits();

function resolvedLimits(): JobResult["limits"] {
  const deps = { catalogue: sampleCatalogue(), limits: sampleConfig() };
  return usedLimits(resolveJob("the-id", { language: "python", files: [{ content: "" }] }, deps));
}

/** Of a job that found a free slot. */
export const TIMINGS: JobResult["timings"] = { queue_ms: 0.012, jail_ms: 1.9, run_ms: 21.3, total_ms: 23.4 };

/** A result of a Python job with these stages. */
export function sampleResult(stages: Pick<JobResult, "compile" | "run">): JobResult {
  const about = { id: "the-id", language: "python", version: "3.13.5", start: "cold" as const };
  return { ...about, ...stages, limits: LIMITS, timings: TIMINGS };
}

import type { TSchema } from "typebox";
import { expect, test } from "vitest";
import { ErrorBodyShape } from "../../src/api/error-body.ts";
import { HealthShape } from "../../src/api/health.ts";
import { JobBatchShape } from "../../src/api/job-batch.ts";
import { JobRequestShape } from "../../src/api/job-request.ts";
import { JobResultShape } from "../../src/api/job-result.ts";
import { PackageChangeShape, PackageInfoShape } from "../../src/api/package-info.ts";
import { PackageRequestShape } from "../../src/api/package-request.ts";
import { QueuedJobShape, QueuedJobsShape } from "../../src/api/queued-job.ts";
import { ReadinessShape } from "../../src/api/readiness.ts";
import { ReloadReportShape } from "../../src/api/reload-report.ts";
import { RuntimeInfoShape } from "../../src/api/runtime-info.ts";
import { ServerStatusShape } from "../../src/api/server-status.ts";
import { WorkflowShape } from "../../src/api/workflow.ts";
import { ConditionShape } from "../../src/api/workflow-condition.ts";
import { ReferenceShape } from "../../src/api/workflow-reference.ts";
import { WorkflowRequestShape } from "../../src/api/workflow-request.ts";
import { callerErrors } from "../../src/errors/caller-errors.ts";
import { serverErrors } from "../../src/errors/server-errors.ts";
import { MOST_LEVELS, MOST_PARTS } from "../../src/http/json-scan.ts";
import { operations } from "../../src/http/openapi/document.ts";
import { EXAMPLE_QUEUED } from "../../src/http/openapi/job-examples.ts";
import { EXAMPLE_WORKFLOW, EXAMPLE_WORKFLOW_STATE } from "../../src/http/openapi/workflow-examples.ts";
import { resolveJob } from "../../src/jobs/resolve-job.ts";
import { usedLimits } from "../../src/jobs/used-limits.ts";
import { shapeCheck } from "../../src/schema/shape-check.ts";
import { sampleCatalogue, sampleConfig } from "../jobs/sample-runtimes.ts";
import { HI } from "./sample-server.ts";

const REQUEST = {
  language: "c",
  version: "14.x",
  files: [
    { name: "main.c", content: '#include "greet.h"\nint main(void) { greet(); }\n' },
    { name: "greet.h", content: '#include <stdio.h>\n#define greet() puts("hi")\n', encoding: "utf8" },
  ],
  stdin: "aGk=",
  stdin_encoding: "base64",
  args: ["one", "two words"],
  limits: { job: { inodes: 1_000 }, compile: { wall_time_ms: 5_000 }, run: { memory_bytes: 67_108_864 } },
  limit_policy: "clamp",
  environment: { GREETING: "hi" },
  compiler_flags: ["-O3", "-Wall"],
  artifacts: ["*.png", "out/**"],
  output_encoding: "utf8",
};

const RESULT = {
  id: "4b0e1c52-9a3c-4a58-9d2a-0f2f3f1f6a11",
  language: "c",
  version: "14.2.0",
  start: "cold",
  compile: {
    ...HI,
    stdout: "",
    output: "",
    wall_time_ms: 48.213,
    cpu_time_ms: 41.07,
    memory_bytes: 27_402_240,
  },
  run: { ...HI, wall_time_ms: 1.912, cpu_time_ms: 1.204, memory_bytes: 602_112 },
  artifacts: [{ name: "out/notes.txt", bytes: 2, content: "aGk=" }],
  artifacts_omitted: [{ reason: "too_large", count: 1, names: ["plot.png"] }],
  limits: usedLimits(
    resolveJob(
      "id",
      { language: "c", files: [{ content: "" }] },
      { catalogue: sampleCatalogue(), limits: sampleConfig() },
    ),
  ),
  timings: {
    queue_ms: 0.021,
    jail_ms: 1.812,
    compile_ms: 48.9,
    run_ms: 2.377,
    artifacts_ms: 4.51,
    total_ms: 58.204,
  },
};

const RUNTIME = {
  language: "c",
  version: "14.2.0",
  aliases: [],
  runtime: "gcc",
  compiler_flags: true,
  file_endings: [".c"],
};

const PACKAGE = {
  name: "gcc",
  version: "14.2.0",
  installed: true,
  languages: ["c", "c++"],
  suite: "trixie",
  size_mb: 259,
};

const WANTED_PACKAGE = { name: "c", version: "14.x" };

const CHANGED_PACKAGE = { name: "gcc", version: "14.2.0", languages: ["c", "c++"] };

const ERROR = {
  code: "limit_too_high",
  message: "limits.run.wall_time_ms is 60000, above the configured maximum of 3000",
  hint: callerErrors.limit_too_high.hint,
  field: "limits.run.wall_time_ms",
};

const BATCH = { jobs: [{ language: "python", files: [{ content: "print(6 * 7)" }], priority: 1 }] };

const QUEUED = {
  ...EXAMPLE_QUEUED,
  state: "interrupted" as const,
  position: null,
  starts: 1,
  retry: 0,
  started_at: "2026-01-02T03:05:00.001Z",
  finished_at: "2026-01-02T03:05:09.120Z",
  expires_at: "2026-01-03T03:05:09.120Z",
  callback: { state: "delivered" as const, tries: 1, message: null },
  error: {
    code: "interrupted",
    message: "The server stopped or crashed while the job ran.",
    hint: serverErrors.interrupted.hint,
    id: EXAMPLE_QUEUED.id,
  },
};

const READINESS = { ready: false, reasons: ["the jailer makes no jails"] };

const RELOADED = { applied: ["limits.run.default.wall_time_ms"], restart: ["port"], warnings: [] };

const STATUS = {
  version: "0.1.0",
  release: "20260102T030405Z-1a2b3c4",
  started_at: "2026-01-02T03:04:09.000Z",
  slots: { total: 16, running: 3, waiting: 0, queue_bound: 256 },
  queued: { waiting: 120, running: 3 },
  compile_cache: { entries: 40, bytes: 2_400_000, bound_bytes: 536_870_912, hits: 310, misses: 45 },
  runtimes: [{ language: "c", version: "14.2.0" }],
  packages: [{ name: "gcc", version: "14.2" }],
  warnings: ["PISTON_CACHE is set and not used."],
};

const HEALTH = { status: "ok", version: "0.1.0", release: null, runtimes: 12, running: 3, waiting: 0 };

interface Node {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Node[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly items?: Node;
  readonly description?: string;
  readonly default?: unknown;
  readonly [bound: string]: unknown;
}

const BOUNDS: Readonly<Record<string, string>> = {
  minimum: "at least",
  maximum: "at most",
  minLength: "characters at least",
  maxLength: "characters at most",
  minItems: "items at least",
  maxItems: "items at most",
};

function typeOf(node: Node): string {
  if (node.enum !== undefined) return node.enum.map((value) => `\`${value}\``).join(", ");
  if (node.anyOf !== undefined) return node.anyOf.map(typeOf).join(" or ");
  return node.items === undefined ? String(node.type) : `array of ${typeOf(node.items)}`;
}

function boundsOf(node: Node): string {
  const bounds = Object.entries(BOUNDS).filter(([key]) => node[key] !== undefined);
  const said = bounds.filter(([key]) => node[key] !== Number.MAX_SAFE_INTEGER);
  return said.map(([key, words]) => `; ${words} ${node[key]}`).join("");
}

/** A row for every field of an object, those of objects and lists of objects within it right behind. */
function rows(node: Node, depth: number, prefix = ""): string {
  if (depth === 0) return "";
  const fields = Object.entries(node.properties ?? {}).map(([name, inner]) => {
    const path = `${prefix}${name}`;
    const need = node.required?.includes(name) ? "always" : "";
    const given = inner.default === undefined ? "" : `\`${JSON.stringify(inner.default)}\``;
    const row = `| \`${path}\` | ${typeOf(inner)}${boundsOf(inner)} | ${need} | ${given} | ${inner.description ?? ""} |\n`;
    return row + rows(inner, depth - 1, `${path}.`) + rows(inner.items ?? {}, depth - 1, `${path}[].`);
  });
  return fields.join("");
}

function table(shape: TSchema, depth = Number.POSITIVE_INFINITY): string {
  const head = "| field | type | present | default | meaning |\n| --- | --- | --- | --- | --- |\n";
  return head + rows(shape as Node, depth);
}

/** A workflow's request, in which a job's fields, references and conditions are told elsewhere. */
function workflowShape(): TSchema {
  const { properties = {} } = WorkflowRequestShape as TSchema as Node;
  const { steps } = properties;
  const step = brief((steps?.items ?? {}) as TSchema, ["job", "when", "for_each"]) as Node;
  const { job, when, for_each: list } = step.properties ?? {};
  const parts = {
    ...step.properties,
    job: { ...job, type: "object" },
    for_each: { ...list, type: "array or reference" },
    when: { ...when, type: "condition" },
  };
  return {
    properties: { ...properties, steps: { ...steps, items: { ...step, properties: parts } } },
  } as unknown as TSchema;
}

/** A row for each thing that may stand in the query of an operation. */
function queryRows(id: string): string {
  const { query = {} } = operations.find((operation) => operation.id === id) ?? {};
  return Object.entries(query)
    .map(([name, { description }]) => `| \`${name}\` | ${description} |\n`)
    .join("");
}

/** A shape whose parts with tables of their own have one row each. */
function brief(shape: TSchema, parts: readonly string[]): TSchema {
  const { properties = {} } = shape as Node;
  const short = parts.map((name) => [name, { type: "object", description: properties[name]?.description }]);
  return { ...shape, properties: { ...properties, ...Object.fromEntries(short) } } as TSchema;
}

function json(value: unknown): string {
  return `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\`\n`;
}

function errorList(): string {
  const codes = Object.entries(callerErrors).filter(([, { status }]) => status !== 499);
  return codes.map(([code, { status }]) => `\`${code}\` (${status})`).join(", ");
}

const TEXT = `# The native API

Everything that Crankcase can do, strictly: bodies are JSON objects declared as \`content-type: application/json\`, and a
field that is not listed here is refused. So is a body that is not UTF-8, that has a name twice in one object, half of a
surrogate pair, more than ${MOST_LEVELS} levels or more than ${MOST_PARTS} names, values and signs between them: \`field\` names the place, or the
message tells line and column. Units stand in the names: \`_ms\` is milliseconds, \`_bytes\` bytes. A limit that
is left out has the configured default and none may be above the configured maximum; docs/configuration.md lists both
under \`limits\`. Piston's own routes answer beside it under \`/api/v2\`. A running server shows all of it at \`/docs\`, and as OpenAPI 3.1
at \`/api/openapi.json\`. Every answer has an \`x-request-id\`; one that the caller sends comes back.

## Access

Where API keys are required (\`require_key\`; by default wherever the server does not listen on loopback alone) every
request but \`GET /healthz\`, \`GET /readyz\` and the API's description must carry one, as \`Authorization: Bearer KEY\`, \`Authorization: KEY\` or \`X-API-Key: KEY\`,
never in the URL. \`crankcase keys create\` makes keys. A key has scopes: \`run\` runs jobs and reads what can be run,
\`packages\` is for what is installed, \`metrics\` for [metrics](operations.md), \`admin\` may all. Without a key, or with one that is not known, the answer is 401;
403 with one that lacks the scope. Where none is required, a key that is sent is ignored. Piston's routes keep the same
rules. Who asks for too much is answered 429 with \`Retry-After\`; [access.md](access.md) tells of rates, and of pages in browsers.

## POST /api/crankcase/v1/jobs

Runs one job and answers when it has ended. Hanging up kills it. A program that fails, or is ended by a limit, is a
result (200), not an error. How its output
comes while it runs stands in [streaming.md](streaming.md).

${table(JobRequestShape)}
For example:

${json(REQUEST)}
The answer. Of the two stages only those that ran are there: no \`compile\` in a language without one, no \`run\` after a
compile stage that failed. A job with \`testcases\` has \`testcases\` in the place of \`run\`: [judging.md](judging.md).

${table(JobResultShape)}
For example:

${json(RESULT)}
With \`"wait": false\` the answer is 202 at once, with where the job stands (below), and its path in \`location\`; 200 where the same
\`idempotency_key\` was sent before. [queued-jobs.md](queued-jobs.md) tells how such jobs live.

### Artifacts

What matches a pattern of \`artifacts\` after the run stage comes back, however the program ended: regular files below the
working folder, no links, in the order of their names, as many as the configured limits allow
(\`artifacts\` in docs/configuration.md). \`*.png\` is a picture in the working folder itself, \`**/*.png\` one in any folder,
\`out/**\` everything below \`out\`. A name that is not UTF-8 matches nothing.

\`\`\`sh
curl -s http://127.0.0.1:2000/api/crankcase/v1/jobs -H 'content-type: application/json' -d '{
  "language": "bash", "files": [{"content": "mkdir out; echo hi > out/notes.txt"}],
  "artifacts": ["out/**"], "artifact_delivery": "url"
}' | jq -r '.artifacts[].url'
\`\`\`

prints the path of each, which this server answers until \`expires_at\`, or until its room is needed for newer ones:

\`\`\`sh
curl -sOJ http://127.0.0.1:2000/api/crankcase/v1/artifacts/ID/out/notes.txt
\`\`\`

## POST /api/crankcase/v1/jobs/batch

Submits jobs that nobody waits for, all or none of them. \`wait\` may be left out.

${table(JobBatchShape, 1)}
Each is as above. For example:

${json(BATCH)}
The answer is 202 and \`{"jobs": [...]}\`, where each stands, in their order.

## GET /api/crankcase/v1/jobs/ID

Where a job stands that nobody waits for. \`?wait=SECONDS\`, up to 60, waits for its end. 404 where there is none that the caller may
see. It takes the scope \`run\`, as all of these do.

${table(brief(QueuedJobShape, ["result", "error"]))}
\`result\` is the answer of a job that is waited for, \`error\` the body that an error has. For example:

${json(QUEUED)}
## GET /api/crankcase/v1/jobs

\`{"jobs": [...]}\`: the caller's own, the newest first, without results.

| in the query | means |
| --- | --- |
${queryRows("listJobs")}
## GET /api/crankcase/v1/jobs/ID/events

What happens to a job, as server-sent events, or lines of JSON with \`accept: application/x-ndjson\`; the WebSocket
\`GET /api/crankcase/v1/jobs/follow\` tells it of many. [queued-jobs.md](queued-jobs.md#following) lists the events and messages.

## DELETE /api/crankcase/v1/jobs/ID

Cancels a job: one that waits is not run, one that runs is killed, one that is over stays as it is. The answer is where it stands then.

## POST /api/crankcase/v1/workflows

Submits a sequence of jobs, which nobody need wait for. [workflows.md](workflows.md) tells how its steps take texts, files and values from one another.

${table(workflowShape(), 8)}
A *reference* is an object with one of \`from\`, \`item\` and \`index\`:

${table(ReferenceShape)}
A *condition* has \`step\` with \`is\` or \`equals\`, or \`any\`, \`all\` or \`not\`:

${table(ConditionShape, 1)}
For example:

${json(EXAMPLE_WORKFLOW)}
The answer is 202 at once, with where the workflow stands, and its path in \`location\`; 200 where the same \`idempotency_key\` was sent before, or
with \`"wait": true\`, when it is over:

${table(WorkflowShape)}
For example:

${json(EXAMPLE_WORKFLOW_STATE)}
## GET, DELETE /api/crankcase/v1/workflows/ID

GET tells where it stands; \`?wait=SECONDS\`, up to 60, waits for its end. DELETE ends it: jobs that wait are not run, jobs that run are killed. 404
where there is none that the caller may see. All of these take the scope \`run\`.

## GET /api/crankcase/v1/workflows

\`{"workflows": [...]}\`: the caller's own, the newest first, without their steps.

| in the query | means |
| --- | --- |
${queryRows("listWorkflows")}
## GET /api/crankcase/v1/workflows/ID/events

What happens to a workflow, as server-sent events, or lines of JSON with \`accept: application/x-ndjson\`.
[workflows.md](workflows.md#following-and-ending) lists the events.

## GET /api/crankcase/v1/artifacts/ID/NAME

A file that is kept, byte for byte, as \`application/octet-stream\` and to be saved, never shown: a job wrote it. It takes the scope
\`run\`; 404 when it has expired. A server that starts again keeps none.

## GET /api/crankcase/v1/runtimes

An array of what is installed, the highest version of each language first. Each entry:

${table(RuntimeInfoShape)}
For example:

${json([RUNTIME])}
## GET /api/crankcase/v1/packages

An array of what can be installed and what is; it asks no mirror. [packages.md](packages.md) tells how packages work. Each entry:

${table(PackageInfoShape)}
For example:

${json([PACKAGE])}
## POST, DELETE /api/crankcase/v1/packages

POST installs a package, DELETE removes one once the jobs that run on it are over. Both take a key of the scope \`packages\`, also
where jobs need none, or the operator's own socket. The body:

${table(PackageRequestShape)}
For example:

${json(WANTED_PACKAGE)}
The answer comes when it is done:

${table(PackageChangeShape)}
For example:

${json(CHANGED_PACKAGE)}
With \`accept: text/event-stream\`, or \`application/x-ndjson\`, POST answers 200 at once and tells how it goes: events of the kind
\`progress\` (\`step\`; \`state\`: \`started\`, \`running\`, \`done\` or \`failed\`; where known \`seconds\`, \`note\`, \`bytes\` and
\`bytes_total\`), and at the end one \`result\`, the answer, or one \`error\`. NDJSON has the kind as the field \`event\`. Hanging up ends
the installation then; without events it goes on.

## GET /api/crankcase/v1/status

How the server is doing, for its operator; where keys are required it takes the scope \`admin\`.

${table(ServerStatusShape)}
For example:

${json(STATUS)}
## GET /healthz

Never needs a key. 200, and 503 as soon as the server was asked to stop. \`status\` is \`ok\` or \`stopping\`, \`version\` Crankcase's own, \`release\` the
id of the installed release (null in a checkout), \`runtimes\` how many are installed, \`running\` the jobs that hold a slot, \`waiting\` those that wait for one.

${json(HEALTH)}
## GET /readyz

Never needs a key. 200 where jobs should be sent here, else 503; for load balancers ([operations.md](operations.md)).

${table(ReadinessShape)}
For example:

${json(READINESS)}
## POST /api/crankcase/v1/reload

Reads configuration and definitions again, as SIGHUP does; always takes the scope \`admin\`. The request has no body. What is refused
(500, \`invalid_config\` or \`invalid_definition\`) leaves everything as it was.

${table(ReloadReportShape)}
For example:

${json(RELOADED)}
## Errors

A caller's mistakes: ${errorList()}. Full or stopping: 503 with \`Retry-After\` in
seconds. Our own fault: 500. docs/errors.md says what each code means and what to do. The body:

${table(ErrorBodyShape)}
For example:

${json(ERROR)}`;

test("docs/api.md lists every field of the native API and no other", async () => {
  await expect(TEXT).toMatchFileSnapshot("../../docs/api.md");
});

test("the examples of docs/api.md have the shapes that it describes", () => {
  expect(shapeCheck(JobRequestShape)(REQUEST)).toBeNull();
  expect(shapeCheck(JobResultShape)(RESULT)).toBeNull();
  expect(shapeCheck(JobBatchShape)(BATCH)).toBeNull();
  expect(shapeCheck(QueuedJobsShape)({ jobs: [QUEUED] })).toBeNull();
  expect(shapeCheck(RuntimeInfoShape)(RUNTIME)).toBeNull();
  expect(shapeCheck(ServerStatusShape)(STATUS)).toBeNull();
  expect(shapeCheck(HealthShape)(HEALTH)).toBeNull();
  expect(shapeCheck(ReadinessShape)(READINESS)).toBeNull();
  expect(shapeCheck(ReloadReportShape)(RELOADED)).toBeNull();
  expect(shapeCheck(PackageInfoShape)(PACKAGE)).toBeNull();
  expect(shapeCheck(PackageRequestShape)(WANTED_PACKAGE)).toBeNull();
  expect(shapeCheck(PackageChangeShape)(CHANGED_PACKAGE)).toBeNull();
  expect(shapeCheck(ErrorBodyShape)(ERROR)).toBeNull();
  expect(shapeCheck(WorkflowRequestShape)(EXAMPLE_WORKFLOW)).toBeNull();
  expect(shapeCheck(WorkflowShape)(EXAMPLE_WORKFLOW_STATE)).toBeNull();
});

import { JOB_ERRORS } from "./job-errors.ts";
import { EXAMPLE_JOB, EXAMPLE_QUEUED, EXAMPLE_RESULT, EXAMPLE_RUNTIME } from "./job-examples.ts";
import { json, listOf, type Operation, ok, one, streamable } from "./operation.ts";

const PREFIX = "/api/crankcase/v1";

/** Operations of the native API about jobs and the server itself. */
export const nativeOperations: readonly Operation[] = [
  {
    method: "POST",
    route: `${PREFIX}/jobs`,
    id: "runJob",
    tag: "jobs",
    summary: "Run a job",
    description:
      "Compiles, where the language does that, and runs. A program's failure is an answer like another; an error says that the job was not run. With `Accept: text/event-stream` or `application/x-ndjson` the answer is a stream: stages, output as it comes, and the result without the output. With `wait: false` the job is kept and run in its turn, and the answer is where it stands. With `testcases` the source is compiled once and run over each of them, and each run is judged.",
    needs: "run",
    counts: "job",
    body: { shape: "JobRequest", example: EXAMPLE_JOB },
    answers: [
      streamable(
        "What became of the job; with `wait: false` where the job of the same `idempotency_key` stands.",
        { anyOf: [one("JobResult"), one("QueuedJob")] },
        EXAMPLE_RESULT,
      ),
      json(
        202,
        "With `wait: false`: the job is accepted, and survives a crash.",
        one("QueuedJob"),
        EXAMPLE_QUEUED,
      ),
    ],
    errors: [...JOB_ERRORS, "store_unavailable"],
    errorShape: "Error",
  },
  {
    method: "GET",
    route: `${PREFIX}/runtimes`,
    id: "listRuntimes",
    tag: "jobs",
    summary: "List what can be run",
    needs: "run",
    answers: [
      ok("Every runtime, the highest version of a language first.", listOf("RuntimeInfo"), [EXAMPLE_RUNTIME]),
    ],
    errorShape: "Error",
  },
  {
    method: "GET",
    route: `${PREFIX}/artifacts/:id/*`,
    id: "fetchArtifact",
    tag: "jobs",
    summary: "Fetch a file that a job wrote",
    description:
      "For jobs with `artifact_delivery: url`, at the `url` that the artifact's entry has, for a while.",
    needs: "run",
    answers: [
      {
        status: 200,
        description: "The file, byte for byte.",
        content: { "application/octet-stream": { type: "string", format: "binary" } },
      },
    ],
    errors: ["not_found"],
    errorShape: "Error",
  },
  {
    method: "GET",
    route: `${PREFIX}/status`,
    id: "getStatus",
    tag: "operation",
    summary: "Tell how the server is doing",
    needs: "admin",
    answers: [ok("Slots, languages, packages and warnings.", one("ServerStatus"))],
    errorShape: "Error",
  },
  {
    method: "POST",
    route: `${PREFIX}/reload`,
    id: "reload",
    tag: "operation",
    summary: "Read the configuration and the definitions again",
    description: "A configuration that is refused leaves everything as it was. The request has no body.",
    needs: "admin",
    always: true,
    answers: [
      ok("What changed.", one("ReloadReport"), { applied: ["log_level"], restart: ["port"], warnings: [] }),
    ],
    errors: ["invalid_config"],
    errorShape: "Error",
  },
];

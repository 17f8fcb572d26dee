/** Whose fault an error is: the caller's, nobody's (come back later), ours, or the operator's (the start is refused). */
export type Fault = "caller" | "busy" | "ours" | "operator";

interface ErrorEntry {
  readonly fault: Fault;
  /** HTTP status of the answer; null where no request is open when it happens. */
  readonly status: number | null;
  readonly meaning: string;
  readonly hint: string;
}

/** Every error code of Crankcase, once: what it means and what to do about it. docs/errors.md says the same. */
export const errorTable = {
  malformed_json: {
    fault: "caller",
    status: 400,
    meaning: "The body is not JSON.",
    hint: "Send one JSON object, for example with `curl -H 'content-type: application/json' -d '{...}'`.",
  },
  invalid_request: {
    fault: "caller",
    status: 400,
    meaning: "A field is missing, of the wrong type, out of its range, or not known.",
    hint: "`field` names it; the API's description lists every field.",
  },
  unknown_runtime: {
    fault: "caller",
    status: 400,
    meaning: "No installed runtime has this language (or alias) in this version range.",
    hint: "`GET /api/v2/runtimes` lists what is installed.",
  },
  limit_too_high: {
    fault: "caller",
    status: 400,
    meaning: "A limit of the request is above the configured maximum.",
    hint: "Ask for less, or have the operator raise the maximum under `limits`.",
  },
  invalid_file_name: {
    fault: "caller",
    status: 400,
    meaning:
      "A file's name is empty, too long, absolute, leaves the submission folder, or stands there twice.",
    hint: "Use relative names such as `main.py` or `src/a.py`.",
  },
  invalid_file_content: {
    fault: "caller",
    status: 400,
    meaning: "A file's content is not what its encoding says.",
    hint: "Check that `encoding` is the one the content was encoded with.",
  },
  submission_too_large: {
    fault: "caller",
    status: 400,
    meaning: "The files do not fit into the job's disk or inode limit.",
    hint: "Send less, or raise `limits.job`.",
  },
  not_found: {
    fault: "caller",
    status: 404,
    meaning: "There is nothing at this path.",
    hint: "Check the path and the method.",
  },
  body_too_large: {
    fault: "caller",
    status: 413,
    meaning: "The body is larger than `body_limit_bytes`.",
    hint: "Send less, or have the operator raise the limit.",
  },
  unsupported_media_type: {
    fault: "caller",
    status: 415,
    meaning: "The body is not declared as JSON.",
    hint: "Send the header `content-type: application/json`.",
  },
  busy: {
    fault: "busy",
    status: 503,
    meaning: "The queue of waiting jobs is full.",
    hint: "Try again after the seconds in `Retry-After`.",
  },
  stopping: {
    fault: "busy",
    status: 503,
    meaning: "The server is stopping: it takes no new job, and kills those that outlast its grace.",
    hint: "Try again after the seconds in `Retry-After`.",
  },
  jailer_absent: {
    fault: "busy",
    status: 503,
    meaning: "The jailer does not answer on its socket; it may be starting again.",
    hint: "Try again after the seconds in `Retry-After`; if it lasts, look into the log of `crankcase serve`.",
  },
  cancelled: {
    fault: "caller",
    status: 499,
    meaning: "The caller hung up before the answer: the job was dropped or killed. Seen in the log only.",
    hint: "Keep the connection open until the answer has come.",
  },
  jail_lost: {
    fault: "ours",
    status: 500,
    meaning: "The jailer closed the connection while the job ran; the job is dead.",
    hint: "Send the job again. The log says what happened to the jailer.",
  },
  jailer_failed: {
    fault: "ours",
    status: 500,
    meaning: "The jailer could not make the jail or run the stage.",
    hint: "The log says which step failed, on what path and why.",
  },
  package_unavailable: {
    fault: "ours",
    status: 500,
    meaning: "What a package or a base is made of could not be found or fetched.",
    hint: "The message has the package client's answer: check the machine's network, clock, mirror and keyring.",
  },
  archive_refused: {
    fault: "ours",
    status: 500,
    meaning: "A fetched archive is not the one that its signed index or its definition names.",
    hint: "It was thrown away. Try again; if it stays so, the mirror is out of step or altered.",
  },
  package_failed: {
    fault: "ours",
    status: 500,
    meaning: "A package or a base could not be built.",
    hint: "The message has the end of the failed step's output.",
  },
  internal: {
    fault: "ours",
    status: 500,
    meaning: "Something failed that should not.",
    hint: "The log has the details under the id of the answer.",
  },
  invalid_config: {
    fault: "operator",
    status: null,
    meaning: "The configuration is refused: a key is unknown, or a value is not valid.",
    hint: "docs/configuration.md lists every key.",
  },
  invalid_definition: {
    fault: "operator",
    status: null,
    meaning: "A runtime's definition or a package's manifest is refused.",
    hint: "src/runtimes/runtime-definition.ts and src/runtimes/package-manifest.ts say what may stand there.",
  },
  start_failed: {
    fault: "operator",
    status: null,
    meaning: "The daemon, the jailer or the CLI could not start.",
    hint: "The message says which step failed and what mends it.",
  },
  server_unreachable: {
    fault: "operator",
    status: null,
    meaning: "The CLI got no answer from the server.",
    hint: "Start one with `crankcase serve`, or name another with --url.",
  },
} as const satisfies Record<string, ErrorEntry>;

/** Stable name of an error. */
export type ErrorCode = keyof typeof errorTable;

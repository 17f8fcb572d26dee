import type { ErrorEntry } from "./error-entry.ts";

/** What a caller can do wrong: answered with 4xx. */
export const callerErrors = {
  malformed_json: {
    fault: "caller",
    status: 400,
    meaning: "The body is not a JSON object in UTF-8, or is nested too deep; the message tells the place.",
    hint: "Send one JSON object, for example with `curl -H 'content-type: application/json' -d '{...}'`.",
  },
  invalid_request: {
    fault: "caller",
    status: 400,
    meaning: "A field is missing, of the wrong type, out of its range, or not known.",
    hint: "`field` names it; docs/api.md lists every field.",
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
      "A file's name is empty, too long, too deep, absolute, leaves the submission folder, or stands there twice.",
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
  unknown_package: {
    fault: "caller",
    status: 404,
    meaning:
      "No package has this name, or none of its versions is in this range and for this machine's processor.",
    hint: "`crankcase packages list` tells what there is.",
  },
  package_in_use: {
    fault: "caller",
    status: 409,
    meaning: "Another installed package is built on this one.",
    hint: "Uninstall the packages that the message names first.",
  },
  unauthorized: {
    fault: "caller",
    status: 401,
    meaning: "The server wants an API key, and the request has none that it knows.",
    hint: "Send a key as `Authorization: Bearer KEY` or `X-API-Key: KEY`; the CLI takes it from CRANKCASE_KEY. The operator makes one with `crankcase keys create`.",
  },
  forbidden: {
    fault: "caller",
    status: 403,
    meaning: "The API key is known, and not for this: it lacks the scope.",
    hint: "Use a key with the scope that the message names (CRANKCASE_KEY for the CLI), or have the operator make one.",
  },
  wrong_host: {
    fault: "caller",
    status: 421,
    meaning:
      "The server listens on loopback without keys, and the request came under a name that is not this machine's: a web page may be behind it.",
    hint: "Call it as localhost or by its address. The operator allows other names by `allowed_hosts`, or requires keys.",
  },
  rate_limited: {
    fault: "caller",
    status: 429,
    meaning:
      "The key or the address has sent its requests of this minute, or too many keys that nobody knows.",
    hint: "Wait the seconds in `Retry-After`; `RateLimit` tells beforehand. The operator sets the rates (docs/access.md).",
  },
  too_many_at_once: {
    fault: "caller",
    status: 429,
    meaning: "The key has as many requests under way as it may, in the queue or running.",
    hint: "Wait for an answer before the next request, or have the operator raise the key's `concurrency`.",
  },
  quota_spent: {
    fault: "caller",
    status: 429,
    meaning: "The key has run its jobs of this day, which ends at midnight, UTC.",
    hint: "Wait the seconds in `Retry-After`, or have the operator raise the key's `daily_jobs`.",
  },
  not_found: {
    fault: "caller",
    status: 404,
    meaning: "There is nothing at this path.",
    hint: "Check the path, the method and the id: what it names may have expired, or not be shown to this key.",
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
  value_unusable: {
    fault: "caller",
    status: 422,
    meaning:
      "What a step of a workflow takes from another is not there, has expired, is not JSON or not text, or is more than may be carried. Seen in states of workflows only.",
    hint: "The message names the step; `default` in the reference stands in for what is not there.",
  },
  time_is_over: {
    fault: "caller",
    status: 408,
    meaning:
      "The workflow's `time_limit_ms` was over before its steps were. Seen in states of workflows only.",
    hint: "Submit it again with a higher `time_limit_ms`, or with fewer steps.",
  },
  cancelled: {
    fault: "caller",
    status: 499,
    meaning:
      "The caller hung up before the answer, or cancelled the job that nobody waited for: it was dropped or killed. Seen in the log and in the events of a job only.",
    hint: "Keep the connection open until the answer has come; submit a job again that was cancelled by mistake.",
  },
} as const satisfies Record<string, ErrorEntry>;

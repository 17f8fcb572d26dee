import type { ErrorBody } from "../api/error-body.ts";
import type { JobRequest } from "../api/job-request.ts";
import type { JobResult } from "../api/job-result.ts";
import type { RuntimeInfo } from "../api/runtime-info.ts";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import { type ErrorCode, errorTable } from "../errors/error-table.ts";

/** The daemon's native API, as the commands use it. */
export interface ApiClient {
  runtimes(): Promise<RuntimeInfo[]>;
  /** Runs a job. Throws what the server answers, or `server_unreachable`. */
  runJob(request: JobRequest): Promise<JobResult>;
}

/**
 * Makes a client of the server at a URL such as `http://127.0.0.1:2000`; an abort hangs up, which kills the job. Throws
 * `invalid_command` for what is no such URL.
 */
export function createApiClient(url: string, signal: AbortSignal): ApiClient {
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? "")) {
    throw new CrankcaseError("invalid_command", `--url wants http://HOST:PORT, not ${url}`);
  }
  const call = (path: string, init: RequestInit) => request(url, path, { ...init, signal });
  return {
    runtimes: async () => (await call("runtimes", {})) as RuntimeInfo[],
    runJob: async (job) => {
      const headers = { "content-type": "application/json" };
      return (await call("jobs", { method: "POST", headers, body: JSON.stringify(job) })) as JobResult;
    },
  };
}

async function request(url: string, path: string, init: RequestInit): Promise<unknown> {
  const response = await reach(url, path, init);
  const body = await response.json().catch(() => null);
  if (response.ok) return body;
  const { code, message, field } = (body ?? {}) as Partial<ErrorBody>;
  if (code === undefined || !isKnown(code)) {
    throw new CrankcaseError("server_unreachable", `${url} answered ${response.status}: it is no Crankcase`);
  }
  throw new CrankcaseError(code, message ?? code, field === undefined ? {} : { field });
}

async function reach(url: string, path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(new URL(`/api/crankcase/v1/${path}`, url), init);
  } catch (cause) {
    if (init.signal?.aborted) throw cause;
    if (wasCutOff(cause)) throw cutOff(url, cause);
    const reason = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : cause;
    throw new CrankcaseError("server_unreachable", `${url} does not answer: ${reason}`, { cause });
  }
}

/** Whether the server hung up while it was still being sent the body: it does so when there is more than it takes. */
function wasCutOff(error: unknown): boolean {
  const { code } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
  return code === "EPIPE";
}

function cutOff(url: string, cause: unknown): CrankcaseError {
  const message = `${url} hung up before it had the whole request: file and input together are probably larger than its body_limit_bytes.`;
  return new CrankcaseError("body_too_large", message, { cause });
}

function isKnown(code: string): code is ErrorCode {
  return Object.hasOwn(errorTable, code);
}

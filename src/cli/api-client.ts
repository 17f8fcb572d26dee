import type { ErrorBody } from "../api/error-body.ts";
import type { JobRequest } from "../api/job-request.ts";
import type { JobResult } from "../api/job-result.ts";
import type { RuntimeInfo } from "../api/runtime-info.ts";
import type { ServerStatus } from "../api/server-status.ts";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import { type ErrorCode, errorTable } from "../errors/error-table.ts";
import type { ServerAddress } from "./server-address.ts";

/** The daemon's native API, as the commands use it. Every call throws what the server answers, or `server_unreachable`. */
export interface ApiClient {
  runtimes(): Promise<RuntimeInfo[]>;
  /** Runs a job. */
  runJob(request: JobRequest): Promise<JobResult>;
  status(): Promise<ServerStatus>;
  /** Needs no key. */
  health(): Promise<Health>;
}

/** What `GET /healthz` tells. */
export interface Health {
  readonly status: "ok" | "stopping";
  readonly version: string;
  readonly release: string | null;
}

/**
 * Makes a client of a server; an abort hangs up, which kills the job. Throws `invalid_command` for what is no URL such
 * as `http://127.0.0.1:2000`.
 */
export function createApiClient({ url, key }: Omit<ServerAddress, "isOwn">, signal: AbortSignal): ApiClient {
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? "")) {
    throw new CrankcaseError("invalid_command", `--url wants http://HOST:PORT, not ${url}`);
  }
  const authorization: Record<string, string> = key === null ? {} : { authorization: `Bearer ${key}` };
  const call = (path: string, { headers, ...init }: RequestInit = {}) =>
    request(url, `/api/crankcase/v1/${path}`, { ...init, headers: { ...authorization, ...headers }, signal });
  return {
    runtimes: async () => (await call("runtimes")) as RuntimeInfo[],
    status: async () => (await call("status")) as ServerStatus,
    runJob: async (job) => {
      const headers = { "content-type": "application/json" };
      return (await call("jobs", { method: "POST", headers, body: JSON.stringify(job) })) as JobResult;
    },
    health: async () => {
      const response = await reach(url, "/healthz", { signal });
      const health = (await response.json().catch(() => null)) as Partial<Health> | null;
      if (health?.status === "ok" || health?.status === "stopping") return health as Health;
      throw noCrankcase(url, response.status);
    },
  };
}

async function request(url: string, path: string, init: RequestInit): Promise<unknown> {
  const response = await reach(url, path, init);
  const body = await response.json().catch(() => null);
  if (response.ok) return body;
  const { code, message, field } = (body ?? {}) as Partial<ErrorBody>;
  if (code === undefined || !isKnown(code)) throw noCrankcase(url, response.status);
  throw new CrankcaseError(code, message ?? code, field === undefined ? {} : { field });
}

function noCrankcase(url: string, status: number): CrankcaseError {
  return new CrankcaseError("server_unreachable", `${url} answered ${status}: it is no Crankcase`);
}

async function reach(url: string, path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(new URL(path, url), init);
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

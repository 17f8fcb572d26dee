import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import type { JobRequest } from "../api/job-request.ts";
import type { JobResult } from "../api/job-result.ts";
import type { PackageChange, PackageInfo } from "../api/package-info.ts";
import type { PackageRequest } from "../api/package-request.ts";
import type { ReloadReport } from "../api/reload-report.ts";
import type { RuntimeInfo } from "../api/runtime-info.ts";
import type { ServerStatus } from "../api/server-status.ts";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import { API, answerOf, createCaller, jsonBody, noCrankcase, refusal } from "./api-call.ts";
import type { ServerAddress } from "./server-address.ts";

/** The daemon's native API, as the commands use it. Every call throws what the server answers, or `server_unreachable`. */
export interface ApiClient {
  runtimes(): Promise<RuntimeInfo[]>;
  /** Runs a job. */
  runJob(request: JobRequest): Promise<JobResult>;
  status(): Promise<ServerStatus>;
  /** Has configuration and definitions read again. */
  reload(): Promise<ReloadReport>;
  /** Needs no key. */
  health(): Promise<Health>;
  /** What can be installed, and what is. */
  packages(): Promise<PackageInfo[]>;
  /** Installs a package, and tells meanwhile how it goes. */
  installPackage(
    request: PackageRequest,
    onProgress: (progress: InstallProgress) => void,
  ): Promise<PackageChange>;
  uninstallPackage(request: PackageRequest): Promise<PackageChange>;
}

/** How an installation goes: one step of it. */
export interface InstallProgress {
  readonly step: string;
  readonly state: "started" | "running" | "done" | "failed";
  readonly seconds?: number;
  readonly note?: string;
  readonly bytes?: number;
  readonly bytes_total?: number;
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
export function createApiClient(address: Omit<ServerAddress, "isOwn">, signal: AbortSignal): ApiClient {
  const { send, call } = createCaller(address, signal);
  return {
    runtimes: async () => (await call("runtimes")) as RuntimeInfo[],
    status: async () => (await call("status")) as ServerStatus,
    reload: async () => (await call("reload", { method: "POST" })) as ReloadReport,
    runJob: async (job) => (await call("jobs", jsonBody("POST", job))) as JobResult,
    health: async () => {
      const response = await send("/healthz");
      const health = (await response.json().catch(() => null)) as Partial<Health> | null;
      if (health?.status === "ok" || health?.status === "stopping") return health as Health;
      throw noCrankcase(address.url, response.status);
    },
    packages: async () => (await call("packages")) as PackageInfo[],
    installPackage: async (wanted, onProgress) => {
      const { headers, ...body } = jsonBody("POST", wanted);
      const asEvents = { ...headers, accept: "application/x-ndjson" };
      const response = await send(`${API}packages`, { ...body, headers: asEvents, isLong: true });
      if (!response.ok) return (await answerOf(address.url, response)) as PackageChange;
      return await installed(address.url, response, onProgress, signal);
    },
    uninstallPackage: async (wanted) =>
      (await call("packages", { ...jsonBody("DELETE", wanted), isLong: true })) as PackageChange,
  };
}

/** Reads the events of an installation up to its end. */
async function installed(
  url: string,
  response: Response,
  onProgress: (progress: InstallProgress) => void,
  signal: AbortSignal,
): Promise<PackageChange> {
  const lines = createInterface({ input: Readable.fromWeb(response.body as ReadableStream) });
  try {
    for await (const line of lines) {
      const { event, ...data } = JSON.parse(line) as { readonly event: string };
      if (event === "result") return data as PackageChange;
      if (event === "error") throw refusal(url, response.status, data);
      onProgress(data as InstallProgress);
    }
  } catch (cause) {
    if (signal.aborted || cause instanceof CrankcaseError) throw cause;
    throw endedEarly(url, cause);
  }
  throw endedEarly(url);
}

function endedEarly(url: string, cause?: unknown): CrankcaseError {
  const message = `${url} ended its answer too early: the server was stopped or died. Nothing is half installed; try again`;
  return new CrankcaseError("server_unreachable", message, { cause });
}

import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import type { ErrorBody } from "../api/error-body.ts";
import type { JobRequest } from "../api/job-request.ts";
import type { JobResult } from "../api/job-result.ts";
import type { PackageChange, PackageInfo } from "../api/package-info.ts";
import type { PackageRequest } from "../api/package-request.ts";
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

/** Where the server is. */
type Server = Pick<ServerAddress, "url" | "socket">;

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
export function createApiClient(
  { url, key, socket }: Omit<ServerAddress, "isOwn">,
  signal: AbortSignal,
): ApiClient {
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? "")) {
    throw new CrankcaseError("invalid_command", `--url wants http://HOST:PORT, not ${url}`);
  }
  const authorization: Record<string, string> = key === null ? {} : { authorization: `Bearer ${key}` };
  const send = (path: string, { headers, ...init }: Request = {}) =>
    reach({ url, socket }, path, { ...init, headers: { ...authorization, ...headers }, signal });
  const call = async (path: string, init?: Request) =>
    await answerOf(url, await send(`/api/crankcase/v1/${path}`, init));
  return {
    runtimes: async () => (await call("runtimes")) as RuntimeInfo[],
    status: async () => (await call("status")) as ServerStatus,
    runJob: async (job) => {
      const headers = { "content-type": "application/json" };
      return (await call("jobs", { method: "POST", headers, body: JSON.stringify(job) })) as JobResult;
    },
    health: async () => {
      const response = await send("/healthz");
      const health = (await response.json().catch(() => null)) as Partial<Health> | null;
      if (health?.status === "ok" || health?.status === "stopping") return health as Health;
      throw noCrankcase(url, response.status);
    },
    packages: async () => (await call("packages")) as PackageInfo[],
    installPackage: async (wanted, onProgress) => {
      const headers = { "content-type": "application/json", accept: "application/x-ndjson" };
      const init = { method: "POST", headers, body: JSON.stringify(wanted) };
      const response = await send("/api/crankcase/v1/packages", init);
      if (!response.ok) return (await answerOf(url, response)) as PackageChange;
      return await installed(url, response, onProgress);
    },
    uninstallPackage: async (wanted) => {
      const headers = { "content-type": "application/json" };
      return (await call("packages", {
        method: "DELETE",
        headers,
        body: JSON.stringify(wanted),
      })) as PackageChange;
    },
  };
}

/** What is sent; headers as an object. */
interface Request {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

/** Reads the events of an installation up to its end. */
async function installed(
  url: string,
  response: Response,
  onProgress: (progress: InstallProgress) => void,
): Promise<PackageChange> {
  const lines = createInterface({ input: Readable.fromWeb(response.body as ReadableStream) });
  for await (const line of lines) {
    const { event, ...data } = JSON.parse(line) as { readonly event: string };
    if (event === "result") return data as PackageChange;
    if (event === "error") throw refusal(url, response.status, data);
    onProgress(data as InstallProgress);
  }
  throw new CrankcaseError("server_unreachable", `${url} ended its answer too early`);
}

async function answerOf(url: string, response: Response): Promise<unknown> {
  const body = await response.json().catch(() => null);
  if (response.ok) return body;
  throw refusal(url, response.status, body ?? {});
}

function refusal(url: string, status: number, body: Partial<ErrorBody>): CrankcaseError {
  const { code, message, field } = body;
  if (code === undefined || !isKnown(code)) return noCrankcase(url, status);
  return new CrankcaseError(code, message ?? code, field === undefined ? {} : { field });
}

function noCrankcase(url: string, status: number): CrankcaseError {
  return new CrankcaseError("server_unreachable", `${url} answered ${status}: it is no Crankcase`);
}

async function reach(server: Server, path: string, init: Request): Promise<Response> {
  const { url, socket } = server;
  try {
    return socket === null ? await fetch(new URL(path, url), init) : await fetchBySocket(socket, path, init);
  } catch (cause) {
    if (init.signal?.aborted) throw cause;
    if (wasCutOff(cause)) throw cutOff(url, cause);
    const reason = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : cause;
    throw new CrankcaseError("server_unreachable", `${url} does not answer: ${reason}`, { cause });
  }
}

/** Node's own fetch speaks to addresses only. */
async function fetchBySocket(socketPath: string, path: string, init: Request): Promise<Response> {
  const { Agent, fetch: fetchBy } = await import("undici");
  // An installation may say nothing for long.
  const dispatcher = new Agent({ connect: { socketPath }, headersTimeout: 0, bodyTimeout: 0 });
  return (await fetchBy(new URL(path, "http://operator"), { ...init, dispatcher })) as unknown as Response;
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

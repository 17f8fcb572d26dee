import type { ErrorBody } from "../api/error-body.ts";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import { type ErrorCode, errorTable } from "../errors/error-table.ts";
import type { ServerAddress } from "./server-address.ts";

/** Root of the native API. */
export const API = "/api/crankcase/v1/";

/** Where the server is. */
export type Server = Pick<ServerAddress, "url" | "socket">;

/** What is sent; headers as an object. */
export interface Request {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
  /** The answer, or its next part, may be long in coming. */
  readonly isLong?: boolean;
}

/** Calls a server with its key; an abort hangs up. Each throws `server_unreachable` where nobody answers. */
export interface Caller {
  readonly url: string;
  /** Gives whatever is answered. */
  send(path: string, init?: Request): Promise<Response>;
  /** Gives the body of an answer of the native API, by a path below its root. Throws what the server answers instead. */
  call(path: string, init?: Request): Promise<unknown>;
}

/** Makes one. Throws `invalid_command` for what is no URL such as `http://127.0.0.1:2000`. */
export function createCaller(
  { url, key, socket }: Pick<ServerAddress, "url" | "key" | "socket">,
  signal: AbortSignal,
): Caller {
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? "")) {
    throw new CrankcaseError("invalid_command", `--url wants http://HOST:PORT, not ${url}`);
  }
  const authorization: Record<string, string> = key === null ? {} : { authorization: `Bearer ${key}` };
  const send = (path: string, { headers, ...init }: Request = {}) =>
    reach({ url, socket }, path, { ...init, headers: { ...authorization, ...headers }, signal });
  return { url, send, call: async (path, init) => await answerOf(url, await send(`${API}${path}`, init)) };
}

/** What a request with a body of JSON has. */
export function jsonBody(method: string, value: unknown): Pick<Request, "method" | "headers" | "body"> {
  return { method, headers: { "content-type": "application/json" }, body: JSON.stringify(value) };
}

/** The body of an answer. Throws what the server answers instead. */
export async function answerOf(url: string, response: Response): Promise<unknown> {
  const body = await response.json().catch(() => null);
  if (response.ok) return body;
  throw refusal(url, response.status, body ?? {});
}

/** What a server that refuses says, as one of our errors. */
export function refusal(url: string, status: number, body: Partial<ErrorBody>): CrankcaseError {
  const { code, message, field } = body;
  if (code === undefined || !isKnown(code)) return noCrankcase(url, status);
  return new CrankcaseError(code, message ?? code, field === undefined ? {} : { field });
}

/** What somebody else answered. */
export function noCrankcase(url: string, status: number): CrankcaseError {
  return new CrankcaseError("server_unreachable", `${url} answered ${status}: it is no Crankcase`);
}

/** Sends a request; throws `server_unreachable` where nobody answers. */
async function reach(server: Server, path: string, init: Request): Promise<Response> {
  const { url, socket } = server;
  try {
    if (socket === null && init.isLong !== true) return await fetch(new URL(path, url), init);
    return await fetchPatiently(server, path, init);
  } catch (cause) {
    if (init.signal?.aborted) throw cause;
    if (wasCutOff(cause)) throw cutOff(url, cause);
    const reason = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : cause;
    throw new CrankcaseError("server_unreachable", `${url} does not answer: ${reason}`, { cause });
  }
}

/** Node's own fetch speaks to addresses only, and gives up on who says nothing for five minutes. */
async function fetchPatiently({ url, socket }: Server, path: string, init: Request): Promise<Response> {
  const { Agent, fetch: fetchBy } = await import("undici");
  const to = socket === null ? {} : { connect: { socketPath: socket } };
  const dispatcher = new Agent({ ...to, headersTimeout: 0, bodyTimeout: 0 });
  const address = new URL(path, socket === null ? url : "http://operator");
  return (await fetchBy(address, { ...init, dispatcher })) as unknown as Response;
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

import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { CrankcaseError } from "../errors/crankcase-error.ts";

/** What bounds a fetch. */
export interface FetchBounds {
  readonly maxBytes: number;
  /** Ends a fetch from which nothing came for so long, in milliseconds. */
  readonly silenceMs: number;
  /** Ends one that comes more slowly on the whole, in bytes a second; 2,000 when left out. */
  readonly leastBytesPerSecond?: number;
  readonly signal: AbortSignal;
}

/** A modem's: who sends less does so to hold us up. */
const LEAST_BYTES_PER_SECOND = 2_000;

/** What is being fetched: its size where that is told beforehand, and its bytes as they come. */
export interface Fetched {
  readonly sizeBytes: number | null;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/**
 * Fetches an http, https or file url. Rejects, also while it is read, with `package_unavailable`, or with the signal's
 * reason. What arrives is just what the server holds: no encoding of the transfer is asked for.
 */
export async function fetchBounded(url: string, bounds: FetchBounds): Promise<Fetched> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(new Error("it does not answer")), bounds.silenceMs);
  const signal = AbortSignal.any([bounds.signal, silence.signal]);
  const failed = (cause: unknown) => {
    clearTimeout(timer);
    bounds.signal.throwIfAborted();
    const error =
      cause instanceof CrankcaseError
        ? cause
        : unavailable(url, reasonOf(signal.aborted ? signal.reason : cause));
    // Nobody reads the rest: the connection is of no more use.
    silence.abort(error);
    throw error;
  };
  const { sizeBytes, chunks } = await openUrl(url, signal).catch(failed);
  if (sizeBytes !== null && sizeBytes > bounds.maxBytes) failed(tooLarge(url, bounds));
  async function* counted() {
    const { maxBytes, silenceMs, leastBytesPerSecond = LEAST_BYTES_PER_SECOND } = bounds;
    const begunAt = performance.now();
    let bytes = 0;
    try {
      for await (const chunk of chunks) {
        timer.refresh();
        bytes += chunk.length;
        if (bytes > maxBytes) throw tooLarge(url, bounds);
        const patienceMs = silenceMs + (bytes / leastBytesPerSecond) * 1000;
        if (performance.now() - begunAt > patienceMs) throw unavailable(url, "it comes too slowly");
        yield chunk;
      }
    } catch (cause) {
      failed(cause);
    } finally {
      clearTimeout(timer);
    }
  }
  return { sizeBytes, chunks: counted() };
}

async function openUrl(url: string, signal: AbortSignal): Promise<Fetched> {
  if (url.startsWith("file:")) return await openFile(fileURLToPath(url), signal);
  const response = await fetch(url, { signal, headers: { "accept-encoding": "identity" } });
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    throw unavailable(url, `the server answers ${response.status}`);
  }
  const length = Number(response.headers.get("content-length"));
  return { sizeBytes: length > 0 ? length : null, chunks: response.body };
}

/** A pipe would block the opening, a device would have no end. */
async function openFile(path: string, signal: AbortSignal): Promise<Fetched> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const stat = await file.stat();
  if (stat.isFile()) return { sizeBytes: stat.size, chunks: file.createReadStream({ signal }) };
  await file.close();
  throw new Error("it is no regular file");
}

function tooLarge(url: string, { maxBytes }: FetchBounds): CrankcaseError {
  return unavailable(url, `it has more than ${maxBytes} bytes`);
}

/** Without what may be secret in an address: its user and its query. */
function unavailable(url: string, reason: string): CrankcaseError {
  const { protocol, host, pathname } = new URL(url);
  return new CrankcaseError("package_unavailable", `${protocol}//${host}${pathname}: ${reason}`);
}

/** fetch says only that it failed; its cause says why. */
function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  return thrown.cause instanceof Error ? thrown.cause.message || thrown.message : thrown.message;
}

import type { Compiled } from "./compiled.ts";
import { type CompiledFolderOptions, openCompiledFolder } from "./compiled-folder.ts";
import { recentCompiled } from "./recent-compiled.ts";

const MIB = 1024 * 1024;

/** What may be held in memory beside the disk: some hundred small programs, or ten large ones. */
const MEMORY_BYTES = 32 * MIB;

/** Entries that may wait for the disk at one time; those above stay in memory alone. */
const MOST_WAITING = 16;

/** `none`: nobody has compiled this. `alone`: somebody has just now, and it cannot be kept: each compiles for itself. */
export type NothingFound = "none" | "alone";

/** Who compiles for all that wait. Disposing without a word lets the next of them do it; to do so twice is harmless. */
export interface CompileLead extends Disposable {
  /** Gives them what was made, and keeps it. */
  keep(compiled: Compiled): void;
  /** What was made cannot be kept: they compile for themselves. */
  refuse(): void;
}

/** How the cache is doing. */
export interface CompileCounts {
  /** Programs that are kept on disk. */
  readonly entries: number;
  /** Size of them all, and what it may be. */
  readonly bytes: number;
  readonly boundBytes: number;
  /** Compiles that were done without, and those that were not, since the start. */
  readonly hits: number;
  readonly misses: number;
}

/** What equal compiles made, by the key of all that they depended on. */
export interface CompileCache extends AsyncDisposable {
  /** What is kept; one that is being compiled is waited for. Rejects with the signal's reason. */
  find(key: string, signal: AbortSignal): Promise<Compiled | NothingFound>;
  /** Leads the compile of that key; null where somebody does already, or has done it meanwhile. */
  begin(key: string): CompileLead | null;
  /** Tells of a compile that nobody leads. */
  countMiss(): void;
  readonly counts: CompileCounts;
}

type Flight = PromiseWithResolvers<Compiled | NothingFound>;

/** Opens the cache over its folder, with what is there; disposing waits for what is being written. Rejects like the folder. */
export async function openCompileCache(options: CompiledFolderOptions): Promise<CompileCache> {
  const folder = await openCompiledFolder(options);
  const recent = recentCompiled(Math.min(MEMORY_BYTES, options.boundBytes));
  const flights = new Map<string, Flight>();
  const writing = new Set<Promise<void>>();
  const counts = { hits: 0, misses: 0 };
  const store = (key: string, compiled: Compiled) => {
    recent.set(key, compiled);
    if (writing.size >= MOST_WAITING) return;
    // Nobody waits for the disk; what it refuses is compiled again after a restart.
    const written = folder
      .write(key, compiled)
      .catch((error: Error) => options.warn(`a compiled program is not kept on disk: ${error.message}`))
      .finally(() => writing.delete(written));
    writing.add(written);
  };
  const kept = async (key: string) => {
    const remembered = recent.get(key);
    if (remembered !== null) return remembered;
    const read = await folder.read(key);
    if (read !== null) recent.set(key, read);
    return read;
  };
  return {
    async find(key, signal) {
      const flight = flights.get(key);
      const found = flight === undefined ? await kept(key) : await orAborted(flight.promise, signal);
      if (found === null) return "none";
      if (typeof found === "object") counts.hits += 1;
      return found;
    },
    begin(key) {
      if (flights.has(key) || recent.get(key) !== null) return null;
      counts.misses += 1;
      return leadOf(key, flights, store);
    },
    countMiss() {
      counts.misses += 1;
    },
    get counts() {
      const { entries, bytes } = folder;
      return { entries, bytes, boundBytes: options.boundBytes, ...counts };
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(writing);
    },
  };
}

function leadOf(
  key: string,
  flights: Map<string, Flight>,
  store: (key: string, compiled: Compiled) => void,
): CompileLead {
  const flight: Flight = Promise.withResolvers();
  flights.set(key, flight);
  const end = (found: Compiled | NothingFound) => {
    if (flights.get(key) !== flight) return;
    flights.delete(key);
    flight.resolve(found);
  };
  return {
    keep(compiled) {
      store(key, compiled);
      end(compiled);
    },
    refuse: () => end("alone"),
    [Symbol.dispose]: () => end("none"),
  };
}

async function orAborted<Value>(awaited: Promise<Value>, signal: AbortSignal): Promise<Value> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([awaited, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

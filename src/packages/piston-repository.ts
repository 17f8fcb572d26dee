import { createHash } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fetchBounded } from "./fetch-bounded.ts";
import { type PistonEntry, type PistonIndex, parsePistonIndex } from "./piston-index.ts";
import { openWorkspace } from "./workspace.ts";

/** Whoever lists may be told what the index held so long ago. */
const FRESH_MS = 5 * 60_000;

/** Whoever asks waits for the index so long at most. */
const FETCH_MS = 5_000;

/** After a failure nobody waits for the next attempt before this. */
const RETRY_MS = 60_000;

/** Piston's own index has some 30 kB. */
const MOST_BYTES = 4 << 20;

/** Packages that an index of Piston's format offers. */
export interface PistonRepository {
  /**
   * What the index offers, fetched again where what is known of it is older than that; never rejects: while the index
   * cannot be had, the last good copy of it counts, or nothing.
   */
  entries(maxAgeMs?: number): Promise<readonly PistonEntry[]>;
}

/** What a repository is made of. */
export interface PistonRepositoryDeps {
  /** Undefined: there is none. */
  readonly repoUrl?: string | undefined;
  /** Folder of the last good copy. */
  readonly stateDir: string;
  /** Told once what is wrong with the index, until it is right again. */
  warn(text: string): void;
  /** Milliseconds from any moment on. */
  readonly now?: () => number;
}

/** Nothing is fetched before somebody asks. */
export function pistonRepository(deps: PistonRepositoryDeps): PistonRepository {
  // Not the time of day: where that is set back, the index would count as new until it is made up for.
  const { repoUrl, stateDir, warn, now = () => performance.now() } = deps;
  if (repoUrl === undefined) return { entries: async () => [] };
  const copy = join(stateDir, `piston-index-${createHash("sha256").update(repoUrl).digest("hex")}`);
  let known: readonly PistonEntry[] | null = null;
  let fetchedAt = Number.NEGATIVE_INFINITY;
  let retryAt = Number.NEGATIVE_INFINITY;
  let told = "";
  let refreshing: Promise<void> | null = null;
  const tell = (text: string) => {
    if (text !== told && text !== "") warn(text);
    told = text;
  };
  async function refresh(url: string): Promise<void> {
    try {
      const text = await fetchText(url);
      const index = parsePistonIndex(text, url);
      if (index.entries.length === 0 && index.faults.length > 0)
        throw new Error("it is no index of packages");
      known = index.entries;
      fetchedAt = now();
      tell(faultsText(index));
      await store(text, copy, stateDir);
    } catch (error) {
      retryAt = now() + RETRY_MS;
      tell(`repo_url: ${error instanceof Error ? error.message : error}`);
    }
  }
  return {
    async entries(maxAgeMs = FRESH_MS) {
      if (now() - fetchedAt > maxAgeMs && now() >= retryAt) {
        refreshing ??= refresh(repoUrl).finally(() => {
          refreshing = null;
        });
        await refreshing;
      }
      known ??= parsePistonIndex(await readFile(copy, "utf8").catch(() => ""), repoUrl).entries;
      return known;
    },
  };
}

async function fetchText(url: string): Promise<string> {
  const bounds = { maxBytes: MOST_BYTES, silenceMs: FETCH_MS, signal: AbortSignal.timeout(FETCH_MS) };
  const { chunks } = await fetchBounded(url, bounds);
  return Buffer.concat(await Array.fromAsync(chunks)).toString();
}

async function store(text: string, copy: string, stateDir: string): Promise<void> {
  await using folder = await openWorkspace(stateDir, null);
  const staged = join(folder.path, "index");
  await writeFile(staged, text);
  await rename(staged, copy);
}

function faultsText({ faults }: PistonIndex): string {
  if (faults.length === 0) return "";
  const more = faults.length > 3 ? `; ${faults.length - 3} more` : "";
  return `repo_url: lines of the index are left out: ${faults.slice(0, 3).join("; ")}${more}`;
}

import { readFile, rename, writeFile } from "node:fs/promises";

/** How long a count may be unwritten, in milliseconds: a daemon that is killed forgets no more than that. */
const WRITE_AFTER_MS = 5_000;

/** How many jobs each key ran since midnight, UTC. Disposing writes what is not written yet. */
export interface DailyCounts extends AsyncDisposable {
  of(key: string): number;
  add(key: string, jobs: number): void;
  /** Counts so many more where that makes no more than `quota`; false where it would, and nothing is counted. */
  spend(key: string, jobs: number, quota: number): boolean;
}

/** What the counts are kept by. */
export interface DailyCountsOptions {
  /** A daemon's file, which takes up the counts where the one before left them; null keeps them in memory alone. */
  readonly file: string | null;
  readonly now: () => Date;
  /** Hears why a file cannot be written. */
  readonly warn: (text: string) => void;
}

/** One day's counts, as they are written. */
interface Day {
  readonly day: string;
  readonly jobs: Readonly<Record<string, number>>;
}

/** Reads the counts; a file that is missing or is none counts as empty. */
export async function openDailyCounts({ file, now, warn }: DailyCountsOptions): Promise<DailyCounts> {
  const today = () => now().toISOString().slice(0, "2026-01-02".length);
  const read = file === null ? null : await readDay(file);
  let day = read?.day ?? today();
  let jobs = new Map(Object.entries(read?.jobs ?? {}));
  let timer: NodeJS.Timeout | undefined;
  const current = () => {
    if (day !== today()) jobs = new Map();
    day = today();
    return jobs;
  };
  const write = async () => {
    if (file === null || timer === undefined) return;
    clearTimeout(timer);
    timer = undefined;
    const failed = (error: Error) => warn(`the jobs of each key today cannot be written: ${error.message}`);
    await writeDay(file, { day, jobs: Object.fromEntries(jobs) }).catch(failed);
  };
  const of = (key: string) => current().get(key) ?? 0;
  const add = (key: string, more: number) => {
    current().set(key, (jobs.get(key) ?? 0) + more);
    timer ??= setTimeout(() => void write(), WRITE_AFTER_MS).unref();
  };
  return {
    of,
    add,
    spend(key, more, quota) {
      if (of(key) + more > quota) return false;
      add(key, more);
      return true;
    },
    [Symbol.asyncDispose]: write,
  };
}

async function readDay(file: string): Promise<Day | null> {
  try {
    const read: Partial<Day> = JSON.parse(await readFile(file, "utf8"));
    const jobs = Object.entries(read.jobs ?? {}).filter(([, count]) => Number.isSafeInteger(count));
    return typeof read.day === "string" ? { day: read.day, jobs: Object.fromEntries(jobs) } : null;
  } catch {
    return null;
  }
}

async function writeDay(file: string, day: Day): Promise<void> {
  await writeFile(`${file}.new`, JSON.stringify(day), { mode: 0o600 });
  await rename(`${file}.new`, file);
}

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import type { FuzzPlace } from "./fuzz-place.ts";

/** How long, and how, a target runs. */
export interface FuzzBounds {
  /** 0: what is in the corpus runs once, and nothing else. */
  readonly seconds: number;
  /** Hears each line that libFuzzer prints. */
  readonly onLine?: (line: string) => void;
}

/** What came of a run. */
export interface FuzzRun {
  readonly executed: number;
  /** Edges of the program that were reached (libFuzzer's `cov`). */
  readonly coverage: number;
  /** The input that broke a promise, or made a sanitizer complain; null where none did. */
  readonly finding: string | null;
  /** What runs that input again. */
  readonly command: string;
  /** The last lines that were printed. */
  readonly lastLines: string;
}

/** Longest input in bytes: some dozens of frames. */
const INPUT_BYTES = 8_192;

/** An input that takes longer, in seconds, hangs. */
const INPUT_SECONDS = 20;

const LAST_LINES = 40;

/**
 * Runs a target of libFuzzer. Throws where its program is missing, or ends badly and names no input. Plays end by a jump, in
 * place of the end of their process, so that leaks are looked for by the targets alone.
 */
export async function runTarget(place: FuzzPlace, { seconds, onLine }: FuzzBounds): Promise<FuzzRun> {
  const fresh = join(place.results, "corpus");
  await mkdir(fresh, { recursive: true });
  const bound = seconds === 0 ? "-runs=0" : `-max_total_time=${seconds}`;
  const dictionary = place.dictionary === null ? [] : [`-dict=${place.dictionary}`];
  const flags = [`-max_len=${INPUT_BYTES}`, `-timeout=${INPUT_SECONDS}`, "-detect_leaks=0"];
  const prefix = `-artifact_prefix=${place.results}/`;
  const corpora = seconds === 0 ? [place.corpus] : [fresh, place.corpus];
  const args = [bound, ...flags, ...dictionary, prefix, "-print_final_stats=1", ...corpora];
  const running = execa(place.program, args, { reject: false, all: true, lines: true, stdin: "ignore" });
  if (onLine !== undefined) for await (const line of running.iterable({ from: "all" })) onLine(line);
  const { all, exitCode, shortMessage } = await running;
  const lines = all ?? [];
  const finding = lastMatch(lines, /Test unit written to (.+)$/);
  const lastLines = lines.slice(-LAST_LINES).join("\n");
  if (exitCode !== 0 && finding === null) throw new Error(`${shortMessage ?? place.program}\n${lastLines}`);
  return {
    executed: Number(lastMatch(lines, /^stat::number_of_executed_units:\s*(\d+)/) ?? 0),
    coverage: Number(lastMatch(lines, /\bcov: (\d+)/) ?? 0),
    finding,
    command: `${place.program} ${finding ?? ""}`,
    lastLines,
  };
}

function lastMatch(lines: readonly string[], pattern: RegExp): string | null {
  return lines.map((line) => pattern.exec(line)?.[1] ?? null).findLast((found) => found !== null) ?? null;
}

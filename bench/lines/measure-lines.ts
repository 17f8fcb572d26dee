import type { Figures, LineFigures } from "../figures.ts";
import type { Bench } from "../measuring/bench.ts";
import type { Line } from "./line.ts";

/** Told which line is measured, and how much of all lines is done, from 0 to 1. */
export type OnProgress = (share: number, name: string) => void;

/**
 * Measures the lines one after another. One that fails is told of by name and the others go on. Rejects only with the
 * stop signal's reason.
 */
export async function measureLines(
  bench: Bench,
  lines: readonly Line[],
  onProgress: OnProgress,
): Promise<Pick<Figures, "lines" | "failed">> {
  const measured: LineFigures[] = [];
  const failed: Record<string, string> = {};
  for (const [index, line] of lines.entries()) {
    bench.stop.throwIfAborted();
    const progress = (share: number) => onProgress((index + share) / lines.length, line.name);
    progress(0);
    try {
      measured.push(await measureLine({ ...bench, progress }, line));
    } catch (error) {
      bench.stop.throwIfAborted();
      failed[line.name] = error instanceof Error ? error.message : String(error);
    }
  }
  return { lines: measured, failed };
}

async function measureLine(bench: Bench, line: Line): Promise<LineFigures> {
  const { name, title } = line;
  return { name, title, ...(await line.measure(bench)), again: `npm run bench -- --only ${name}` };
}

/** The lines of these names, all of them where none is named. Throws TypeError when one is not there. */
export function chooseLines(lines: readonly Line[], names: readonly string[]): readonly Line[] {
  const unknown = names.filter((name) => !lines.some((line) => line.name === name));
  if (unknown.length > 0) {
    const known = lines.map(({ name }) => name).join(", ");
    throw new TypeError(`--only ${unknown.join(", ")}: there is no such line; there are ${known}`);
  }
  return names.length === 0 ? lines : lines.filter(({ name }) => names.includes(name));
}

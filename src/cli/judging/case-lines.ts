import type { TestcaseResult } from "../../api/testcases-result.ts";
import { printable } from "../job/printable.ts";
import { diffLines } from "./diff-lines.ts";
import { fewLines } from "./few-lines.ts";
import type { Paint } from "./paint.ts";

/** How rows are shown. */
export interface RowStyle {
  readonly paint: Paint;
  /** Characters that the longest name takes. */
  readonly nameWidth: number;
  /** Signs of what passed and what failed, equally wide. */
  readonly marks: readonly [string, string];
}

/** Names longer than this move their row's rest to the right. */
const WIDEST_NAME = 40;

const INDENT = "    ";

/** The style of rows with these names, with colours and signs on a terminal, in plain words else. */
export function rowStyle(names: readonly string[], paint: Paint, isTerminal: boolean): RowStyle {
  const nameWidth = Math.min(WIDEST_NAME, Math.max(1, ...names.map((name) => name.length)));
  return { paint, nameWidth, marks: isTerminal ? ["✓", "✗"] : ["ok    ", "FAILED"] };
}

/** One case: what became of it in a row, and below it why, if it failed. */
export function caseLines(it: TestcaseResult, { paint, nameWidth, marks }: RowStyle): string {
  const passed = it.verdict === "AC";
  const mark = paint(passed ? "green" : "red", marks[passed ? 0 : 1]);
  const verdict = passed ? it.verdict.padEnd(3) : paint("red", it.verdict.padEnd(3));
  const time = `${Math.round(it.cpu_time_ms)} ms`.padStart(9);
  const memory = `${(it.memory_bytes / 1e6).toFixed(1)} MB`.padStart(9);
  const name = printable(it.name).padEnd(nameWidth);
  const row = `${mark}  ${name}  ${verdict}  ${time}  ${memory}${points(it)}`;
  const why = passed ? [] : reasons(it, paint).map((line) => `${INDENT}${line}`);
  return [row, ...why].map((line) => `${line}\n`).join("");
}

/** Told where it is not one point or none. */
function points({ score, weight, verdict }: TestcaseResult): string {
  const isPlain = weight === 1 && score === (verdict === "AC" ? 1 : 0);
  return isPlain ? "" : `  ${Number(score.toFixed(2))}/${weight}`;
}

function reasons({ message, diff, stdout, stderr, verdict }: TestcaseResult, paint: Paint): string[] {
  const words = message === null ? [] : fewLines(message);
  const difference = diff === null ? [] : diffLines(diff, paint);
  // Where nothing else tells of it, what it printed does.
  const isSilent = words.length === 0 && difference.length === 0 && verdict === "WA";
  return [
    ...words,
    ...difference,
    ...labelled("stdout", isSilent ? stdout : "", paint),
    ...labelled("stderr", stderr, paint),
  ];
}

function labelled(label: string, text: string, paint: Paint): string[] {
  return fewLines(text).map(
    (line, index) => `${paint("dim", index === 0 ? `${label}:` : "       ")} ${line}`,
  );
}

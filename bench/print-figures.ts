import type { Check, Figures, LineFigures, WayFigure } from "./figures.ts";
import { formatTable } from "./table.ts";

/** Above that share of its cores, others take part in a machine's figures. */
export const MOST_BUSY = 0.05;

/** The figures as a person reads them: every bound with what was measured, then each way's times, then the notes. */
export function printFigures(figures: Figures): string {
  const parts = [headOf(figures), checkTable(figures.lines), wayTable(figures.lines), notesOf(figures.lines)];
  const failed = Object.entries(figures.failed).map(([name, why]) => `NOT MEASURED: ${name}: ${why}`);
  return `${[...parts, failed.join("\n")].filter(Boolean).join("\n\n")}\n`;
}

function headOf({ machine, runs }: Figures): string {
  const { cores, cpu, kernel, busyBeside, cpuSource } = machine;
  const busy = `busy beside the bench: ${(busyBeside * 100).toFixed(0)} %`;
  const warning =
    busyBeside > MOST_BUSY ? "\nOTHERS USE THIS MACHINE: times and ratios below are not to be trusted." : "";
  return `${cores} x ${cpu}, Linux ${kernel}, ${busy}; ${runs} runs; CPU of the whole machine from ${cpuSource}${warning}`;
}

function checkTable(lines: readonly LineFigures[]): string {
  const head = [
    "measure",
    "what",
    "measured",
    "target",
    "",
    "p50 ms",
    "CPU ms",
    "again: npm run bench -- --only",
  ];
  const rows = lines.flatMap((line) =>
    line.checks.map((check, index) => [index === 0 ? line.title : "", ...checkCells(line, check)]),
  );
  return rows.length === 0 ? "" : formatTable(head, rows, 2);
}

function checkCells(line: LineFigures, check: Check): string[] {
  const way = line.ways.find(({ way: name }) => name === check.way);
  const times = way === undefined ? ["", ""] : [way.p50Ms.toFixed(2), way.cpuMs?.toFixed(2) ?? ""];
  return [check.what, ...wordCheck(check), ...times, line.name];
}

/** What was measured, its bound, and whether it is kept. */
export function wordCheck({ value, bound, unit, isLeast, met }: Check): [string, string, string] {
  const number = value.toFixed(value >= 10 ? 1 : 2);
  return [`${number} ${unit}`.trim(), `${isLeast ? ">=" : "<="} ${bound}`, met ? "met" : "MISSED"];
}

function wayTable(lines: readonly LineFigures[]): string {
  const head = ["line", "way", "runs", "p50 ms", "p95 ms", "p99 ms", "CPU ms", "/s", "ahead", "kept"];
  const rows = lines.flatMap((line) => line.ways.map((way) => [line.name, ...wayCells(way)]));
  return rows.length === 0 ? "" : formatTable(head, rows, 2);
}

function wayCells(way: WayFigure): string[] {
  const { p50Ms, p95Ms, p99Ms, cpuMs, perSecond, aheadShare, keptShare } = way;
  const times = [p50Ms, p95Ms, p99Ms].map((ms) => ms.toFixed(2));
  const name = way.group === undefined ? way.way : `${way.group}: ${way.way}`;
  const shares = [aheadShare, keptShare].map((share) => (share === 0 ? "" : `${(share * 100).toFixed(0)} %`));
  return [name, String(way.runs), ...times, cpuMs?.toFixed(2) ?? "", perSecond.toFixed(1), ...shares];
}

function notesOf(lines: readonly LineFigures[]): string {
  return lines.flatMap(({ name, notes }) => notes.map((note) => `${name}: ${note}`)).join("\n");
}

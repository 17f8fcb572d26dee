import type { TestcasesResult } from "../../api/testcases-result.ts";
import { printable } from "../job/printable.ts";
import type { Paint } from "./paint.ts";

/** How it went, in a line or two; pure. */
export function summaryLines(
  { verdict, cases, score, max_score: most, not_run: left }: TestcasesResult,
  paint: Paint,
): string {
  const total = cases.length + left;
  const passed = cases.filter((it) => it.verdict === "AC").length;
  const counts = [...Map.groupBy(cases, (it) => it.verdict)].map(([name, { length }]) => `${length} ${name}`);
  const counted = [...counts, ...(left === 0 ? [] : [`${left} not run`])].join(", ");
  const head = paint(verdict === "AC" ? "green" : "red", `${verdict}: ${passed} of ${total} cases passed`);
  const parts = [`${head} (${counted})`, `score ${Number(score.toFixed(2))} of ${Number(most.toFixed(2))}`];
  const slowest = cases.toSorted((a, b) => b.cpu_time_ms - a.cpu_time_ms)[0];
  if (slowest !== undefined && total > 1) {
    parts.push(`slowest ${printable(slowest.name)}, ${Math.round(slowest.cpu_time_ms)} ms`);
  }
  return `${parts.join("; ")}\n`;
}

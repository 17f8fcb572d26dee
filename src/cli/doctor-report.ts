import type { CheckStatus } from "../doctor/finding.ts";
import type { CheckResult } from "../doctor/run-checks.ts";

const MARKS: Readonly<Record<CheckStatus, string>> = {
  ok: "ok     ",
  warning: "WARNING",
  failed: "FAILED ",
  skipped: "skipped",
};

const INDENT = " ".repeat(9);

/** The lines of one check: what was found, and below that why it matters and what mends it. */
export function checkLines({ id, status, detail, why, mend }: CheckResult, idWidth: number): string {
  const lines = [`${MARKS[status]}  ${id.padEnd(idWidth)}  ${oneLine(detail)}`];
  if (status !== "ok" && status !== "skipped" && why !== null) lines.push(`${INDENT}why:  ${why}`);
  if (mend !== null) lines.push(`${INDENT}${status === "skipped" ? "run: " : "mend:"} ${mend}`);
  return `${lines.join("\n")}\n`;
}

/** The last line: how many checks came to what. */
export function countLine(results: readonly CheckResult[]): string {
  const count = (wanted: CheckStatus) => results.filter(({ status }) => status === wanted).length;
  const counts = (["ok", "warning", "failed", "skipped"] as const).map(
    (status) => `${count(status)} ${status}`,
  );
  return `${results.length} checks: ${counts.join(", ")}\n`;
}

/** What comes from outside may hold line ends and control characters of a terminal. */
function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, " ").replace(/\p{Cc}/gu, "?");
}

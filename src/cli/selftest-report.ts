import type { AttackResult } from "../attacks/run-attacks.ts";

const MARKS: Readonly<Record<AttackResult["outcome"], string>> = {
  held: "held   ",
  broken: "BROKEN ",
  skipped: "skipped",
};

/** The lines of one attack: what became of it, and below that what it was to break and did. */
export function attackLines(
  { name, promise, outcome, faults, seconds }: AttackResult,
  width: number,
): string {
  const said = outcome === "skipped" ? faults.join(", ") : promise;
  const lines = [`${MARKS[outcome]}  ${name.padEnd(width)}  ${seconds.toFixed(1).padStart(4)} s  ${said}`];
  if (outcome === "broken") lines.push(...faults.map((fault) => `         ${printable(fault)}`));
  return `${lines.join("\n")}\n`;
}

/** The last line: the verdict, and what to do about it. */
export function verdictLine(results: readonly AttackResult[], seconds: number): string {
  const count = (wanted: AttackResult["outcome"]) =>
    results.filter(({ outcome }) => outcome === wanted).length;
  const counts = `${count("held")} held, ${count("broken")} broken, ${count("skipped")} skipped, in ${seconds} s`;
  if (count("broken") > 0)
    return `${counts}\nThis machine does not hold: run no strangers' code on it. ${NEXT}\n`;
  if (count("held") === 0) return `${counts}\nNothing was tried: install python, bash and gcc.\n`;
  return `${counts}\n`;
}

const NEXT = "`sudo crankcase doctor` says what the machine lacks; SECURITY.md, how to report a hole.";

/** What a program printed may hold line ends and control characters of a terminal. */
function printable(text: string): string {
  return text.replace(/\s*\n\s*/g, " ").replace(/\p{Cc}/gu, "?");
}

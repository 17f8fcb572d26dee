import type { TestOptions } from "./test-options.ts";
import type { TestReport } from "./test-report.ts";

/** Says which limits the server lowered to its own maximum, a line each; pure. */
export function loweredText(
  { limits }: Pick<TestReport, "limits">,
  { timeLimit = 0, memoryLimit = 0 }: Pick<TestOptions, "timeLimit" | "memoryLimit">,
): string {
  if (limits === null) return "";
  const { cpu_time_ms: time, wall_time_ms: wall, memory_bytes: memory } = limits;
  const lines = [
    ...(time < timeLimit ? [`--time-limit is ${time} ms of CPU time, the server's maximum`] : []),
    ...(wall < timeLimit ? [`programs have ${wall} ms by the clock, the server's maximum`] : []),
    ...(memory < memoryLimit ? [`--memory-limit is ${memory} bytes, the server's maximum`] : []),
  ];
  return lines.map((line) => `crankcase: ${line}\n`).join("");
}

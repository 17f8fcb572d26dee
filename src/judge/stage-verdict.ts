import type { StageResult } from "../api/stage-result.ts";
import type { Verdict } from "../api/testcases-result.ts";

const LIMITS: Readonly<Partial<Record<StageResult["cause"], Verdict>>> = {
  wall_time: "TLE",
  cpu_time: "TLE",
  memory: "MLE",
  stdout: "OLE",
  stderr: "OLE",
};

/** What a run's end alone says of the program: the limit that it exceeded, or RE; null where it ended well. */
export function stageVerdict({ cause, exit_code }: Pick<StageResult, "cause" | "exit_code">): Verdict | null {
  const limit = LIMITS[cause];
  if (limit !== undefined) return limit;
  return cause === "exited" && exit_code === 0 ? null : "RE";
}

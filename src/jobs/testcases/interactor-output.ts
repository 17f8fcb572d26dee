import type { JobJail } from "../../jail/jail.ts";
import { ranStage } from "../ran-stage.ts";
import { SEARCH_LIMITS, SEARCH_STAGE } from "../search-stage.ts";
import { INTERACTOR_OUTPUT_FILE } from "./judge-files.ts";

/**
 * What an interactor left for the checker, of so many bytes at most; nothing where it wrote no such file. Null where it is larger.
 * Rejects like a stage's report.
 */
export async function interactorOutput(jail: JobJail, mostBytes: number): Promise<Buffer | null> {
  const { report, stdout } = await ranStage(jail, {
    ...{ ...SEARCH_STAGE, stdin: "none" as const },
    argv: ["/bin/cat", "--", INTERACTOR_OUTPUT_FILE],
    limits: { ...SEARCH_LIMITS, stdoutBytes: mostBytes },
  });
  return report.cause === "stdout" ? null : stdout;
}

import type { JobJail } from "../../jail/jail.ts";
import type { Judging } from "./judging.ts";
import type { ResolvedCase } from "./resolved-testcases.ts";

/** One case that is run. */
export interface CaseRun {
  readonly testcase: ResolvedCase;
  readonly judging: Judging;
  /** Hears how the program's jail came to it. */
  readonly onStart: (start: JobJail["start"]) => void;
}

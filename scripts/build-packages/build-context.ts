import type { Architecture } from "../../src/packages/package-definition.ts";
import type { Progress } from "../../src/packages/progress.ts";
import type { RunAs } from "../../src/packages/run-command.ts";
import type { Options } from "./options.ts";

/** What the command builds with: its options, this machine, whom it tells and what ends it. */
export interface BuildContext extends Options {
  /** Folder of the project. */
  readonly project: string;
  readonly architecture: Architecture;
  /** Who fetches. */
  readonly runAs: RunAs;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

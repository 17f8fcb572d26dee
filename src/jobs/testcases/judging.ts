import type { CompiledFile } from "../../compiled/compiled.ts";
import type { Slots } from "../../slots/slots.ts";
import type { JobClock } from "../job-clock.ts";
import type { RunCall, RunJobDeps, Turns } from "../job-context.ts";
import type { ResolvedJob } from "../resolve-job.ts";
import type { ResolvedTestcases } from "./resolved-testcases.ts";

/** Of the slots what a job with cases takes. */
export interface CaseTurns extends Turns, Pick<Slots, "total" | "concurrentRuns"> {
  /** Waits for so many slots at one time for a job that was let in: it is not refused, however many wait. */
  goOn(signal: AbortSignal, places: number): Promise<AsyncDisposable>;
}

/** What running the cases of a job needs besides running one. */
export interface TestcasesDeps extends RunJobDeps {
  /** With each slot the job uses its packages. Rejects with RuntimeChanged where they are not what it was resolved to. */
  readonly slots: CaseTurns;
  /** Hears of a failure of ours that ended a case. */
  readonly caseFailed: (index: number, error: unknown) => void;
}

/** Whom a program serves. */
export type ProgramRole = "program" | "checker" | "interactor";

/** A program whose compile stage went well. */
export interface PreparedProgram {
  readonly role: ProgramRole;
  readonly job: ResolvedJob;
  /** What that made; null where it cannot be put into another jail: then each jail compiles anew. */
  readonly files: readonly CompiledFile[] | null;
}

/** All that the cases of one job are judged with. */
export interface Judging {
  readonly testcases: ResolvedTestcases;
  readonly program: PreparedProgram;
  readonly checker: PreparedProgram | null;
  readonly interactor: PreparedProgram | null;
  readonly deps: TestcasesDeps;
  readonly call: Pick<RunCall, "signal">;
  /** Hears of each program that starts. */
  readonly onBegin: () => void;
  /** Under which the job's starts are noted. */
  readonly startName: string;
  readonly clock: JobClock;
}

import type { CompileCache } from "../compiled/compile-cache.ts";
import type { CompiledFile } from "../compiled/compiled.ts";
import type { JobJail } from "../jail/jail.ts";
import type { JobJailOptions } from "../jail/job-jails.ts";
import type { IdentifyCommandLines } from "../runtimes/command-lines.ts";
import type { Slots } from "../slots/slots.ts";
import type { ArtifactDeps } from "./job-artifacts.ts";
import type { JobCall } from "./job-call.ts";
import type { JobClock } from "./job-clock.ts";
import type { StageName } from "./job-follower.ts";
import type { ResolvedJob } from "./resolve-job.ts";

/** Of the slots what a job takes. */
export interface Turns extends Pick<Slots, "admit"> {
  acquire(signal: AbortSignal): Promise<AsyncDisposable>;
}

/** What doing without equal compiles takes. */
export interface CompileDeps {
  readonly cache: CompileCache;
  readonly identify: IdentifyCommandLines;
  /** The same as it was within the last second. */
  readonly identifyRecently: IdentifyCommandLines;
  /** Which Crankcase makes the jails, and on what machine. */
  readonly host: string;
}

/** What running a job needs. */
export interface RunJobDeps {
  /** What a job takes for its whole life, and for each of its stages. */
  readonly slots: Turns;
  /** How much jobs may send back, and what keeps it where they want it by URL. */
  readonly artifacts: ArtifactDeps;
  /** What equal compiles made; null where each job compiles for itself. */
  readonly compiles: CompileDeps | null;
  readonly openJail: (options: JobJailOptions) => Promise<JobJail>;
  /** Releases what an answered job held: nobody waits for it but who wants the slot next. */
  readonly release: (held: AsyncDisposable) => void;
}

/** Of the call what running it takes. */
export type RunCall = Pick<JobCall, "signal" | "follower" | "input" | "startName" | "beforeStart">;

/** A job while it runs. */
export interface JobContext {
  readonly job: ResolvedJob;
  readonly deps: RunJobDeps;
  readonly call: RunCall;
  readonly clock: JobClock;
  /** Opens the job's one jail for the stage that is its first, with its submission in it and what was compiled of it before. */
  openJail(next: StageName, compiled: readonly CompiledFile[]): Promise<JobJail>;
  /** Has the jailer note the job's start, the first time it is called: right before the first stage of the job's jail. */
  noteStart(jail: JobJail): void;
}

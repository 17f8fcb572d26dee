import type { ErrorBody } from "../api/error-body.ts";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import { canRetry } from "./becomes-of.ts";
import type { JobRecord, JobStore } from "./job-store.ts";
import { startName } from "./start-name.ts";
import type { WaitingJob } from "./waiting-jobs.ts";

/** What recovering takes. */
export interface RecoverDeps {
  readonly store: Pick<JobStore, "queued" | "countStarts" | "end">;
  /** When each of these starts was noted, in milliseconds since 1970; those that were not are left out. */
  readonly startsOf: (names: ReadonlySet<string>) => Promise<ReadonlyMap<string, number>>;
  readonly now: () => number;
  readonly errorBody: (error: CrankcaseError, id: string) => ErrorBody;
}

/**
 * The jobs that a daemon before left unfinished, in their order. One whose start was noted had begun to run: it is
 * run again where its submitter allowed it, and else ended as interrupted.
 */
export async function recoverJobs(deps: RecoverDeps): Promise<readonly WaitingJob[]> {
  const left = await deps.store.queued();
  if (left.length === 0) return [];
  const noted = await deps.startsOf(new Set(left.map(lastStart)));
  const recovered = left.map((job) => {
    const startedAt = noted.get(lastStart(job));
    return startedAt === undefined ? job : recoverStarted(job, startedAt, deps);
  });
  return (await Promise.all(recovered)).filter((job) => job !== null);
}

function lastStart({ id, starts }: JobRecord): string {
  return startName(id, starts + 1);
}

async function recoverStarted(
  job: JobRecord,
  startedAt: number,
  { store, now, errorBody }: RecoverDeps,
): Promise<WaitingJob | null> {
  const { id } = job;
  const starts = job.starts + 1;
  if (canRetry(job)) {
    await store.countStarts(id, starts);
    return { ...job, starts };
  }
  const error = new CrankcaseError("interrupted", "The server stopped or crashed while the job ran.");
  const told = { result: null, error: JSON.stringify(errorBody(error, id)) };
  await store.end({ id, state: "interrupted", starts, startedAt, finishedAt: now(), ...told });
  return null;
}

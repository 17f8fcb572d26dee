import type { Config } from "../config/config.ts";
import { jobsFile } from "../packages/state-folders.ts";
import { openSqliteStore } from "../queue/sqlite-store.ts";
import { sharedWithNobody } from "../workflows/shared-with-nobody.ts";
import { type JobsDeps, type OpenJobs, openJobs } from "./open-jobs.ts";
import { openQueue } from "./open-queue.ts";
import { openTogether } from "./open-together.ts";
import type { Serving } from "./serving.ts";

/** How often workflows that have expired are removed, in milliseconds. */
const SWEEP_MS = 60_000;

/** Opens all of a daemon that shares its jobs with nobody. Throws `start_failed` or `invalid_definition`. */
export async function openAlone(config: Config, deps: JobsDeps): Promise<Serving> {
  // A store's thread takes as long to start as all that jobs need: none of the two waits for the other.
  const [jobs, store] = await openTogether(
    openJobs(config, deps),
    openSqliteStore(jobsFile(config.stateDir)),
  );
  const queue = await openQueue(config, { jobs, store, limits: deps.limits, log: deps.log });
  return {
    served: jobs,
    queued: queue.queued,
    check: queue.check,
    workflows: { store: store.workflows, sharing: sharedWithNobody(), sweepMs: SWEEP_MS },
    reload: reloadAll(jobs),
    readiness: jobs,
    isWorker: false,
    async [Symbol.asyncDispose]() {
      await queue[Symbol.asyncDispose]();
      await jobs[Symbol.asyncDispose]();
    },
  };
}

/** Programs that were started ahead are dropped with it: an executioner may have changed. */
export function reloadAll({
  catalogue,
  dropStarted,
}: Pick<OpenJobs, "catalogue" | "dropStarted">): () => Promise<void> {
  return async () => {
    await catalogue.reload();
    await dropStarted();
  };
}

import type { Config } from "../config/config.ts";
import { type JobsDeps, type OpenJobs, openJobs } from "./open-jobs.ts";
import { openQueue } from "./open-queue.ts";
import type { Serving } from "./serving.ts";

/** Opens all of a daemon that shares its jobs with nobody. Throws `start_failed` or `invalid_definition`. */
export async function openAlone(config: Config, deps: JobsDeps): Promise<Serving> {
  const jobs = await openJobs(config, deps);
  const queue = await openQueue(config, { jobs, limits: deps.limits, log: deps.log });
  return {
    served: jobs,
    queued: queue.queued,
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

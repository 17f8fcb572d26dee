import type { ErrorBody } from "../api/error-body.ts";
import type { JobRequest } from "../api/job-request.ts";
import { type CrankcaseError, toCrankcaseError } from "../errors/crankcase-error.ts";
import type { Viewer } from "../queue/viewer.ts";
import type { ItemPlace } from "./advance.ts";
import type { Definition } from "./definition.ts";
import type { Progress } from "./progress.ts";
import type { RunDeps } from "./run-deps.ts";
import { stepJob } from "./step-job.ts";
import type { StepValues } from "./step-values.ts";

/** Jobs that are made and submitted at one time, by one workflow. */
const MOST_TOGETHER = 8;

/** What submitting the jobs of a workflow takes. */
export interface SubmitDeps extends Pick<RunDeps, "queued" | "makesJobs" | "spend" | "bounds"> {
  readonly definition: Definition;
  readonly values: StepValues;
  readonly viewer: Viewer;
  readonly jobKey: string;
  /** For which results are kept, from now. */
  readonly ttlSeconds: number;
  /** The items of a step that is fanned out. */
  readonly itemsOf: (step: number) => Promise<readonly unknown[]>;
  readonly errorBody: (error: CrankcaseError) => ErrorBody;
}

/** What came of submitting one: it is in the queue, or can never be, or cannot be for now. */
export type Submission =
  | { readonly place: ItemPlace; readonly job: string }
  | { readonly place: ItemPlace; readonly error: ErrorBody }
  | { readonly place: ItemPlace; readonly later: CrankcaseError };

/** Submits jobs of a workflow; after one that has to wait no more are tried. */
export async function submitJobs(
  places: readonly ItemPlace[],
  progress: Progress,
  deps: SubmitDeps,
): Promise<readonly Submission[]> {
  const all: Submission[] = [];
  // The request that brought the workflow counted as the first job.
  const isFresh = progress.steps.every(({ items }) => items.every(({ tries }) => tries === 0));
  for (let at = 0; at < places.length; at += MOST_TOGETHER) {
    const some = places.slice(at, at + MOST_TOGETHER);
    all.push(
      ...(await Promise.all(
        some.map((place) => submitOne(place, progress, isFresh && place === places[0] ? free(deps) : deps)),
      )),
    );
    if (all.some((one) => "later" in one)) break;
  }
  return all;
}

function free(deps: SubmitDeps): SubmitDeps {
  return { ...deps, spend: async () => undefined };
}

async function submitOne(place: ItemPlace, progress: Progress, deps: SubmitDeps): Promise<Submission> {
  const { makesJobs, queued, viewer, spend, errorBody } = deps;
  try {
    return await makesJobs(async () => {
      const request = await requestOf(place, progress, deps);
      await spend(viewer.key);
      const [submitted] = await queued.submit([request], viewer);
      if (submitted === undefined) throw new Error("a job was neither accepted nor refused");
      return { place, job: submitted.job.id };
    });
  } catch (thrown) {
    const error = toCrankcaseError(thrown);
    return error.fault === "busy" ? { place, later: error } : { place, error: errorBody(error) };
  }
}

/** Its idempotency key is the same whenever this try is submitted: one that was, and was not noted, is found again. */
async function requestOf(
  { step, index }: ItemPlace,
  progress: Progress,
  { definition, values, bounds, jobKey, ttlSeconds, itemsOf }: SubmitDeps,
): Promise<JobRequest> {
  const defined = definition.steps[step];
  const standing = progress.steps[step];
  if (defined === undefined || standing === undefined)
    throw new Error("a step that there is not has its turn");
  const fanned = standing.isFannedOut ? { item: (await itemsOf(step))[index], index } : null;
  const job = await stepJob(defined.job, (reference) => values.of(reference, fanned), bounds.carriedBytes);
  const tries = (standing.items[index]?.tries ?? 0) + 1;
  return {
    ...job,
    wait: false,
    priority: definition.priority,
    ttl: ttlSeconds,
    idempotency_key: `workflow/${jobKey}/${step}/${index}/${tries}`,
  };
}

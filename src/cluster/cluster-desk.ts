import type { JobRequest } from "../api/job-request.ts";
import type { JobDesk } from "../queue/job-desk.ts";
import type { NewJob } from "../queue/job-store.ts";
import { newJobs, type SubmitDeps } from "../queue/new-jobs.ts";
import type { Submitted, ToListener } from "../queue/queued-jobs-deps.ts";
import { queuedState, withoutTexts } from "../queue/queued-state.ts";
import { maySee, type Viewer } from "../queue/viewer.ts";
import { type AddDeps, type AddedJob, addToLine } from "./add-to-line.ts";
import type { ClusterCounts } from "./cluster-counts.ts";
import { foundJob, type JobHash, newJobFields, standing } from "./job-fields.ts";
import { listJobs } from "./list-jobs.ts";
import type { News } from "./news.ts";
import { positionsOf, readJobs } from "./read-jobs.ts";
import { CANCEL_JOB } from "./scripts/cancel-job.ts";
import type { WorkerClasses } from "./worker-classes.ts";

/** What handing in and asking for jobs takes. */
export interface ClusterDeskDeps extends Omit<SubmitDeps, "check">, AddDeps {
  readonly news: News;
  readonly classes: WorkerClasses;
  readonly counts: ClusterCounts;
  /** Tells what a job that a worker has tells. */
  readonly follow: (hash: JobHash, toListener: ToListener, signal: AbortSignal) => Promise<void>;
  /** Takes no more jobs from the store. */
  readonly stop: () => void;
  /** Hears that a callback may be due. */
  readonly callbackDue: () => void;
}

/** Whoever waits for news of a job looks at it without any after so many milliseconds. */
const LOOK_AGAIN_MS = 5_000;

/** Jobs that nobody waits for, in a store that several servers share: each of them knows all jobs. */
export function clusterDesk(deps: ClusterDeskDeps): JobDesk {
  const { store, news, counts, follow } = deps;
  return {
    get waiting() {
      return counts.waiting;
    },
    get running() {
      return counts.running;
    },
    submit: (requests, viewer) => submit(requests, viewer, deps),
    find: (ids, viewer) => find(ids, viewer, deps),
    list: (wanted, viewer) => listJobs(wanted, viewer, store),
    changed: (id, signal) => news.next(id, AbortSignal.any([signal, AbortSignal.timeout(LOOK_AGAIN_MS)])),
    async tell(id, toListener, signal) {
      const [hash = {}] = await readJobs(store, [id]);
      if (hash.taker !== undefined && hash.state === "queued") await follow(hash, toListener, signal);
    },
    cancel: (id) => cancel(id, deps),
    stop: deps.stop,
  };
}

async function submit(
  requests: readonly JobRequest[],
  viewer: Viewer,
  deps: ClusterDeskDeps,
): Promise<readonly Submitted[]> {
  const classes: string[] = [];
  const check = (request: JobRequest) => void classes.push(deps.classes.choose(request, false).digest);
  const jobs = newJobs(requests, viewer, { ...deps, check });
  const toAdd = jobs.map((job, at) => ({
    fields: { ...newJobFields(job), client: job.client, class: classes[at] ?? "" },
    request: job.request,
  }));
  const added = await addToLine(toAdd, "", deps);
  return await Promise.all(added.map((one, at) => submitted(one, jobs[at], viewer, deps)));
}

async function submitted(
  added: AddedJob,
  job: NewJob | undefined,
  viewer: Viewer,
  deps: ClusterDeskDeps,
): Promise<Submitted> {
  if (job === undefined) throw new Error("more jobs were added than there were");
  if (added.isNew) return { job: newState(job, added), isNew: true };
  const [known] = await find([added.id], { ...viewer, seesAll: true }, deps);
  if (known === undefined) throw new Error(`job ${added.id} expired while it was asked for`);
  const { result: _result, error: _error, ...brief } = known;
  return { job: brief, isNew: false };
}

/** As the store has it now, without asking it again. */
function newState(job: NewJob, { seq, position }: { seq: number; position: number }): Submitted["job"] {
  const { callback, ...known } = job;
  const record = {
    ...known,
    seq,
    state: "queued" as const,
    starts: 0,
    ...{ startedAt: null, finishedAt: null, expiresAt: null },
    callback: callback === null ? null : { state: "waiting" as const, tries: 0, message: null },
  };
  return queuedState(withoutTexts(record), { startedAt: null, hasStarted: false, position });
}

async function find(
  ids: readonly string[],
  viewer: Viewer,
  { store }: Pick<ClusterDeskDeps, "store">,
): Promise<readonly Submitted["job"][]> {
  const hashes = await readJobs(store, ids);
  const positions = await positionsOf(store, hashes);
  return hashes.flatMap((hash) => {
    const found = foundJob(hash, Date.now());
    if (found === null || !maySee(found.record, viewer)) return [];
    return [queuedState(found, standing(hash, positions.get(found.record.id) ?? 1))];
  });
}

/** One that runs is over when its worker has ended it. */
async function cancel(id: string, { store, news, callbackDue }: ClusterDeskDeps): Promise<void> {
  for (;;) {
    const listening = new AbortController();
    const changed = news.next(id, AbortSignal.any([listening.signal, AbortSignal.timeout(LOOK_AGAIN_MS)]));
    const answer = await store.run(CANCEL_JOB, id, Date.now());
    if (answer === "over") {
      listening.abort();
      callbackDue();
      return;
    }
    await changed;
  }
}

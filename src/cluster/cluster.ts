import { randomUUID } from "node:crypto";
import type { ExecuteJob } from "../jobs/execute-job.ts";
import type { JobDesk } from "../queue/job-desk.ts";
import { queueCallbacks } from "../queue/queue-callbacks.ts";
import type { WorkflowSharing } from "../queue/workflow-store.ts";
import { type ClusterCounts, clusterCounts } from "./cluster-counts.ts";
import type { ClusterDeps } from "./cluster-deps.ts";
import { clusterDesk } from "./cluster-desk.ts";
import { followTaken } from "./follow-taken.ts";
import { janitor } from "./janitor.ts";
import { JobTaker } from "./job-taker.ts";
import { joined } from "./joined.ts";
import { jobCallbacks } from "./kept-callbacks.ts";
import { looker } from "./looker.ts";
import { joinMembers, type Member, type Members } from "./members.ts";
import { openNews } from "./news.ts";
import { type OwnClass, ownClass } from "./own-class.ts";
import { remoteRuns } from "./remote-execute.ts";
import { shareWorkflows } from "./share-workflows.ts";
import { openTurns } from "./turns.ts";
import { type WorkerClasses, workerClasses } from "./worker-classes.ts";

/** One of several servers that share a store. Disposing ends what it has of their jobs, and takes it out; the store stays open. */
export interface Cluster extends AsyncDisposable {
  readonly memberId: string;
  /** Jobs that nobody waits for. */
  readonly desk: JobDesk;
  /** Has a job run by whichever worker has its turn. */
  readonly execute: ExecuteJob;
  readonly classes: WorkerClasses;
  readonly workflowSharing: WorkflowSharing;
  readonly counts: Pick<ClusterCounts, "waiting" | "running">;
  readonly members: Pick<Members, "alive">;
  /** Jobs that callers of this server wait for. */
  readonly waitedFor: number;
}

/** Joins the others. Rejects with `store_away`. */
export async function openCluster(deps: ClusterDeps): Promise<Cluster> {
  const { store, config, warn } = deps;
  const memberId = `${config.instance}-${randomUUID()}`;
  await using opened = new AsyncDisposableStack();
  const turns = opened.use(await openTurns(store));
  const [classes, counts] = [workerClasses(store), clusterCounts(store)];
  const callbacks = opened.use(openCallbacks(deps));
  const callbackDue = () => callbacks.wake();
  const taker = openTaker(deps, memberId, callbackDue);
  const lookNow = joined(async () => {
    await members.beat();
    await classes.look(members.alive);
  });
  const runs = remoteRuns({ store, memberId, turns, classes, lookNow, bounds: config.queuedJobs });
  const news = opened.use(
    await openNews({
      ...{ store, memberId },
      onWord(word, id) {
        runs.hear(word, id);
        taker?.hear(word, id);
      },
      onMissed: () => runs.look(0),
    }),
  );
  const serving = ownClass(deps, taker);
  const clean = janitor({ ...deps, turns, classes, memberId, callbackDue });
  const look = looker({ classes, counts, taker, runs, clean, serving, warn });
  const own = { ...deps, memberId, taker, serving };
  const { members, stop } = await join(own, (alive) => void look(alive));
  opened.use(members);
  // Before we are taken out: others would take its jobs.
  if (taker !== null) opened.use(taker);
  await look(members.alive);
  await members.beat();
  const desk = clusterDesk({
    ...deskConfig(deps),
    ...{ store, news, classes, counts, turns, callbackDue, stop },
    follow: (hash, toListener, signal) => followTaken(hash, toListener, signal, { store, news }),
  });
  const held = opened.move();
  const workflowSharing = shareWorkflows(store, news);
  return {
    ...{ memberId, desk, classes, workflowSharing, counts, members, execute: runs.execute },
    get waitedFor() {
      return runs.running;
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

function openCallbacks({ store, config, warn }: ClusterDeps) {
  const allowPrivate = config.queuedJobs.privateCallbacks;
  return queueCallbacks({ store: jobCallbacks(store), warn, allowPrivate });
}

function openTaker(deps: ClusterDeps, memberId: string, callbackDue: () => void): JobTaker | null {
  const { work } = deps;
  if (work === null) return null;
  return new JobTaker({ ...deps, memberId, callbackDue, execute: work.execute, width: work.slots.total });
}

function deskConfig({ config }: ClusterDeps) {
  const { ttlSeconds, ttlMaxSeconds, privateCallbacks } = config.queuedJobs;
  return {
    bounds: config.queuedJobs,
    callbacks: { allowPrivate: privateCallbacks },
    ttl: { defaultSeconds: ttlSeconds, maximumSeconds: ttlMaxSeconds },
    now: () => Date.now(),
  };
}

interface Joining extends ClusterDeps {
  readonly memberId: string;
  readonly taker: JobTaker | null;
  readonly serving: OwnClass;
}

/** Tells the others of us; `stop` has this server take no more jobs, where others can. */
async function join(
  { store, config, work, memberId, taker, serving }: Joining,
  onLook: (alive: readonly Member[]) => void,
): Promise<{ readonly members: Members; stop(): void }> {
  let isStopped = false;
  const own = (): Member => ({
    ...{ id: memberId, role: config.role, instance: config.instance },
    workerClass: isStopped ? null : serving.digest,
    slots: isStopped ? 0 : (work?.slots.total ?? 0),
    running: taker?.running ?? 0,
  });
  const members = await joinMembers({ store, own, onLook });
  return {
    members,
    stop() {
      const others = members.alive.filter(
        ({ id, workerClass }) => id !== memberId && workerClass === serving.digest,
      );
      // Those whose callers wait here must be run by somebody.
      if (config.role === "all" && others.length === 0) return;
      isStopped = true;
      taker?.stop();
      void members.beat().catch(() => undefined);
    },
  };
}

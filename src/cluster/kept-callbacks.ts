import type { FoundJob, JobStore, KeptCallback } from "../queue/job-store.ts";
import { foundJob } from "./job-fields.ts";
import { readJobs } from "./read-jobs.ts";
import { CALLBACK_TRIED } from "./scripts/callback-tried.ts";
import { DUE_CALLBACKS } from "./scripts/due-callbacks.ts";
import type { SharedStore } from "./shared-store.ts";

/** Longer than a try takes: whoever dies with one is followed by another process then. */
const LEASE_MS = 30_000;

/** Fields of each callback in an answer. */
const FIELDS = 4;

/** Names in the store: of when callbacks are due, and what the names begin with of what they tell. */
const OF_JOBS = ["callbacks", "job:"] as const;
const OF_WORKFLOWS = ["workflow-callbacks", "workflow:"] as const;

/** Callbacks of one kind: any process may try any of them, and no two try one at one time. */
type KeptCallbacks = Pick<JobStore, "dueCallbacks" | "callbackTried">;

/** Those of jobs, and the jobs that they tell of. */
export function jobCallbacks(store: SharedStore): KeptCallbacks & Pick<JobStore, "find"> {
  return {
    ...keptCallbacks(store, OF_JOBS),
    async find(ids) {
      const hashes = await readJobs(store, ids);
      return hashes
        .map((hash) => foundJob(hash, Date.now()))
        .filter((found): found is FoundJob => found !== null);
    },
  };
}

/** Those of workflows. */
export function workflowCallbacks(store: SharedStore): KeptCallbacks {
  return keptCallbacks(store, OF_WORKFLOWS);
}

function keptCallbacks(store: SharedStore, kind: readonly string[]): KeptCallbacks {
  return {
    async dueCallbacks({ limit, exceptIds, exceptHosts }, now) {
      const left = [JSON.stringify(exceptIds), JSON.stringify(exceptHosts)];
      const answer = (await store.run(DUE_CALLBACKS, now, LEASE_MS, limit, ...left, ...kind)) as string[];
      const [next = "", ...fields] = answer;
      const due: KeptCallback[] = [];
      for (let at = 0; at < fields.length; at += FIELDS) {
        const [id = "", url = "", secret = "", tries] = fields.slice(at, at + FIELDS);
        due.push({ id, url, secret, tries: Number(tries) });
      }
      return { due, nextAtMs: next === "" ? null : Number(next) };
    },
    async callbackTried({ id, state, tries, message, dueAt }) {
      await store.run(CALLBACK_TRIED, id, state, tries, message ?? "", dueAt ?? "", ...kind);
    },
  };
}

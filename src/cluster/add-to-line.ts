import type { Config } from "../config/config.ts";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import { ADD_JOBS } from "./scripts/add-jobs.ts";
import type { SharedStore } from "./shared-store.ts";
import { MOST_TAG, type Turn, type Turns } from "./turns.ts";

/** A job on its way into its client's line. */
export interface JobToAdd {
  /** Its hash, with its class. */
  readonly fields: Readonly<Record<string, string>> & { readonly class: string; readonly client: string };
  readonly request: string;
}

/** What became of it; one whose idempotency key was used before is not new, and has that one's id. */
export type AddedJob =
  | { readonly id: string; readonly isNew: false }
  | { readonly id: string; readonly isNew: true; readonly seq: number; readonly position: number };

/** What adding takes. */
export interface AddDeps {
  readonly store: SharedStore;
  readonly turns: Turns;
  readonly bounds: Pick<Config["queuedJobs"], "jobs" | "jobsPerClient" | "storeBytes">;
}

/** What a caller is told to wait: a full store takes a while to get room. */
const RETRY_SECONDS = 10;

/**
 * Adds jobs of one client, all or none, each with a turn for its client. `node` is who waits for them; empty, nobody does. Rejects
 * with `busy` or `store_away`; a job may have been added all the same then, and its turn is made up for (mend-turns.ts).
 */
export async function addToLine(
  jobs: readonly JobToAdd[],
  node: string,
  { store, turns, bounds }: AddDeps,
): Promise<readonly AddedJob[]> {
  const each = jobs.flatMap(({ fields, request }) => [JSON.stringify(fields), request]);
  const { jobs: most, jobsPerClient, storeBytes } = bounds;
  const answer = await store.run(ADD_JOBS, node, most, jobsPerClient, storeBytes, MOST_TAG, ...each);
  const [first] = answer as [string];
  if (first === "busy") throw full("As many jobs wait as may.");
  if (first === "full") throw full("The store of jobs is full.");
  const added = answer as string[][];
  const byClass = new Map<string, Turn[]>();
  for (const [at, [id = "", isNew, , , tag, epoch = ""]] of added.entries()) {
    const { class: workerClass = "", client = "" } = jobs[at]?.fields ?? {};
    const known = byClass.get(workerClass) ?? [];
    if (isNew === "1") byClass.set(workerClass, [...known, { id, client, tag: Number(tag), epoch }]);
  }
  for (const [workerClass, fresh] of byClass) await turns.add(workerClass, fresh);
  return added.map(([id = "", isNew, seq, position]) =>
    isNew === "1" ? { id, isNew: true, seq: Number(seq), position: Number(position) } : { id, isNew: false },
  );
}

function full(message: string): CrankcaseError {
  return new CrankcaseError("busy", message, { retryAfterSeconds: RETRY_SECONDS });
}

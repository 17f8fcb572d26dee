import type { JobRecord, ListedJobs } from "./job-store.ts";

/** Who asks for jobs. */
export interface Viewer {
  /** As whom its own jobs count. */
  readonly client: string;
  /** Name of its key; null where it has none. */
  readonly key: string | null;
  /** Everybody's jobs are open to it. */
  readonly seesAll: boolean;
}

/** Whether a job is shown: one that a key sent, to that key alone; any other to whoever knows its id. */
export function maySee({ owner }: Pick<JobRecord, "owner">, { key, seesAll }: Viewer): boolean {
  return seesAll || owner === null || owner === key;
}

/** Whose jobs are listed for somebody: an id is learned by that. */
export function listedFor({ client, key, seesAll }: Viewer): ListedJobs["owner"] {
  if (seesAll) return null;
  return key === null ? { client } : { key };
}

/** Whether a job is one of those. */
export function isOwn({ owner, client }: Pick<JobRecord, "owner" | "client">, viewer: Viewer): boolean {
  if (viewer.seesAll) return true;
  return viewer.key === null ? owner === null && client === viewer.client : owner === viewer.key;
}

import type { JobRequest } from "../../api/job-request.ts";

/** Jobs that one request may bring, and bytes that a server takes unless its operator says otherwise. */
const MOST_JOBS = 1_000;
const ROOM_BYTES = 10_000_000;

/** Parts jobs into requests; one that is larger goes alone. Pure. */
export function* batchesOf(jobs: readonly JobRequest[]): Generator<readonly JobRequest[]> {
  let [batch, size]: [JobRequest[], number] = [[], 0];
  for (const job of jobs) {
    const bytes = Buffer.byteLength(JSON.stringify(job)) + 1;
    if (batch.length > 0 && (size + bytes > ROOM_BYTES || batch.length === MOST_JOBS)) {
      yield batch;
      [batch, size] = [[], 0];
    }
    batch.push(job);
    size += bytes;
  }
  if (batch.length > 0) yield batch;
}

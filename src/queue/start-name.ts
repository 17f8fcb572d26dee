import { createHash } from "node:crypto";

/** Hex digits of a digest: enough that no two jobs have the same. */
const DIGITS = 32;

/**
 * Name under which the jailer notes a start of a job, one for each start. Everybody on the machine may read its log, and a
 * job's id may be all that opens its result: the name has the beginning of the id's SHA-256 in its place.
 */
export function startName(id: string, start: number): string {
  return `${createHash("sha256").update(id).digest("hex").slice(0, DIGITS)}/${start}`;
}

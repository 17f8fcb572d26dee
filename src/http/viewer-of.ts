import { mayUse } from "../access/api-key.ts";
import { type Caller, OPERATOR } from "../access/caller.ts";
import type { Viewer } from "../queue/viewer.ts";

/** What a caller may see of jobs: the operator, and a key that may all, see everybody's. */
export function viewerOf(caller: Caller): Viewer {
  const { client, key } = caller;
  const seesAll = caller === OPERATOR || (key !== null && mayUse(key, "admin"));
  return { client, key: key?.name ?? null, seesAll };
}

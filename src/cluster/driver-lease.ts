import { randomUUID } from "node:crypto";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { DriverLease } from "../queue/workflow-store.ts";
import { KEEP_LEASE } from "./scripts/keep-lease.ts";
import type { SharedStore } from "./shared-store.ts";
import { names, PREFIX } from "./store-names.ts";

/** A driver that is not heard of for so long has lost its workflow, in milliseconds; it says so itself some time before. */
const LEASE_MS = 15_000;
const KEEP_MS = 4_000;
const LOST_MS = 12_000;

/** The right to drive a workflow, of all processes that share the store; null where another one has it. Rejects with `store_away`. */
export async function claimWorkflow(id: string, store: SharedStore): Promise<DriverLease | null> {
  const holder = randomUUID();
  const name = names.driver(id);
  const taken = await store.ask((redis) => redis.set(name, holder, "PX", LEASE_MS, "NX"));
  if (taken === null) return null;
  const keep = (forMs: number) => store.run(KEEP_LEASE, name.slice(PREFIX.length), holder, forMs);
  const lost = new AbortController();
  let kept = performance.now();
  const timer = setInterval(async () => {
    const asked = performance.now();
    // The store is away, perhaps longer than the lease lasts.
    if (asked - kept > LOST_MS) lost.abort(elsewhere());
    const answer = await keep(LEASE_MS).catch(() => null);
    if (answer === 1) kept = asked;
    if (answer === 0) lost.abort(elsewhere());
  }, KEEP_MS).unref();
  return {
    lost: lost.signal,
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      // Where that is not heard, it is over in a while.
      await keep(0).catch(() => undefined);
    },
  };
}

function elsewhere(): CrankcaseError {
  return new CrankcaseError("stopping", "The workflow may be driven by another server by now.");
}

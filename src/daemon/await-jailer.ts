import { setTimeout as sleep } from "node:timers/promises";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { Jail } from "../jail/jail.ts";

/** A jailer that starts beside the daemon sweeps first what an earlier one left. */
const PATIENCE_MS = 10_000;
const PAUSE_MS = 20;

/** What waiting for the jailer needs. */
export interface AwaitJailerDeps {
  readonly openJail: () => Promise<Jail>;
  readonly socketPath: string;
  /** Ends the wait with its reason. */
  readonly stop: AbortSignal;
}

/** Waits until the jailer makes a jail. Throws `start_failed` when none listens, and what else it answers. */
export async function awaitJailer({ openJail, socketPath, stop }: AwaitJailerDeps): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    stop.throwIfAborted();
    try {
      await using _jail = await openJail();
      return;
    } catch (error) {
      if (!isAbsence(error)) throw error;
      if (performance.now() > deadline) throw noJailer(socketPath, error);
    }
    await sleep(PAUSE_MS, undefined, { signal: stop });
  }
}

function isAbsence(error: unknown): boolean {
  return error instanceof CrankcaseError && error.code === "jailer_absent";
}

function noJailer(socketPath: string, cause: unknown): CrankcaseError {
  const message = `No jailer listens on ${socketPath}. Start both with \`sudo crankcase serve\`, or the jailer first.`;
  return new CrankcaseError("start_failed", message, { cause });
}

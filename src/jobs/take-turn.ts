import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { PackageUse } from "../runtimes/package-use.ts";
import type { Asking } from "../slots/gate.ts";
import type { Slots } from "../slots/slots.ts";

/** A change waits for jobs that run, and takes milliseconds then. */
const RETRY_AFTER_SECONDS = 1;

/** What a turn depends on. */
export interface TurnDeps {
  readonly packageUse: PackageUse;
  readonly slots: Slots;
}

/**
 * Waits for a slot with which these packages (`<name>/<version>`) may be used. Nobody uses a package while it waits for a
 * slot, nor holds a slot while it waits for a package: the change of a package takes a slot itself. As many may wait for
 * changes as for slots, besides work that was let in before. Rejects like `Slots.acquire`.
 */
export async function takeTurn(
  packages: readonly string[],
  { packageUse, slots }: TurnDeps,
  signal: AbortSignal,
  client?: string,
  asking: Asking = {},
): Promise<AsyncDisposable> {
  for (;;) {
    if (asking.isLetIn !== true && packageUse.waiting >= slots.queueBound) throw tooMany(slots.queueBound);
    await packageUse.unchanging(packages, signal);
    await using turn = new AsyncDisposableStack();
    turn.use(await slots.acquire(signal, client, asking));
    const use = packageUse.tryEnter(packages);
    if (use === null) continue;
    turn.use(use);
    return turn.move();
  }
}

function tooMany(bound: number): CrankcaseError {
  const message = `${bound} jobs wait already for packages that are being replaced or removed.`;
  return new CrankcaseError("busy", message, { retryAfterSeconds: RETRY_AFTER_SECONDS });
}

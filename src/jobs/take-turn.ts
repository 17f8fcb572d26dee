import type { PackageUse } from "../runtimes/package-use.ts";
import type { Slots } from "../slots/slots.ts";

/** What a turn depends on. */
export interface TurnDeps {
  readonly packageUse: PackageUse;
  readonly slots: Slots;
}

/**
 * Waits for a slot with which these packages (`<name>/<version>`) may be used. Nobody uses a package while it waits for a
 * slot, nor holds a slot while it waits for a package: the change of a package takes a slot itself. Rejects like
 * `Slots.acquire`.
 */
export async function takeTurn(
  packages: readonly string[],
  { packageUse, slots }: TurnDeps,
  signal: AbortSignal,
): Promise<AsyncDisposable> {
  for (;;) {
    await packageUse.unchanging(packages, signal);
    await using turn = new AsyncDisposableStack();
    turn.use(await slots.acquire(signal));
    const use = packageUse.tryEnter(packages);
    if (use === null) continue;
    turn.use(use);
    return turn.move();
  }
}

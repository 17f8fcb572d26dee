/**
 * Who uses which package: jobs and builds do while they run, and a package is replaced or removed only while none does. A
 * change holds back those that come after it, so that it comes to its turn.
 */
export interface PackageUse {
  /** Counts a user of these packages (`<name>/<version>`) in; null where a change of one of them is due. */
  tryEnter(packages: readonly string[]): Disposable | null;
  /** Resolves once no change of these packages is due. Rejects with the signal's reason. */
  unchanging(packages: readonly string[], signal: AbortSignal): Promise<void>;
  /** How many wait for that. */
  readonly waiting: number;
  /** Changes a package once its users are gone. Rejects, unchanged, with the signal's reason while it waits for them. */
  change<Result>(packageId: string, change: () => Promise<Result>, signal: AbortSignal): Promise<Result>;
}

interface Usage {
  users: number;
  /** Settles when the change that is due is over; null where none is. */
  changing: Promise<void> | null;
  /** Told when the last user has left. */
  onIdle: (() => void) | null;
}

/** Nothing is in use yet. `beforeChange` ends what goes on with a package that nobody uses: it holds no change up. */
export function packageUse(
  beforeChange: (packageId: string) => Promise<void> = () => Promise.resolve(),
): PackageUse {
  const usages = new Map<string, Usage>();
  const dueChange = (packages: readonly string[]) =>
    packages.map((id) => usages.get(id)?.changing ?? null).find((change) => change !== null) ?? null;
  const tryEnter = (packages: readonly string[]) =>
    dueChange(packages) === null ? countIn(usages, packages) : null;
  let waiting = 0;
  const unchanging = async (packages: readonly string[], signal: AbortSignal) => {
    waiting += 1;
    try {
      for (let due = dueChange(packages); due !== null; due = dueChange(packages))
        await orAborted(due, signal);
    } finally {
      waiting -= 1;
    }
  };
  return {
    tryEnter,
    unchanging,
    get waiting() {
      return waiting;
    },
    async change(packageId, change, signal) {
      while (dueChange([packageId]) !== null) await unchanging([packageId], signal);
      const usage = usageOf(usages, packageId);
      const over = Promise.withResolvers<void>();
      usage.changing = over.promise;
      try {
        if (usage.users > 0) await orAborted(untilIdle(usage), signal);
        await beforeChange(packageId);
        return await change();
      } finally {
        usage.changing = null;
        usage.onIdle = null;
        forgetIdle(usages, packageId);
        over.resolve();
      }
    },
  };
}

function untilIdle(usage: Usage): Promise<void> {
  return new Promise((resolve) => {
    usage.onIdle = resolve;
  });
}

async function orAborted(awaited: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    await Promise.race([awaited, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/** Disposing twice is harmless. */
function countIn(usages: Map<string, Usage>, packages: readonly string[]): Disposable {
  const held = new Set(packages);
  for (const id of held) usageOf(usages, id).users += 1;
  return {
    [Symbol.dispose]() {
      for (const id of held) {
        const usage = usageOf(usages, id);
        usage.users -= 1;
        if (usage.users === 0) usage.onIdle?.();
        forgetIdle(usages, id);
      }
      held.clear();
    },
  };
}

function usageOf(usages: Map<string, Usage>, id: string): Usage {
  const usage = usages.get(id) ?? { users: 0, changing: null, onIdle: null };
  usages.set(id, usage);
  return usage;
}

function forgetIdle(usages: Map<string, Usage>, id: string): void {
  const usage = usages.get(id);
  if (usage?.users === 0 && usage.changing === null) usages.delete(id);
}

/**
 * Who uses which package: jobs do while they run, and a package is replaced or removed only while none does. A change holds
 * back the jobs that come after it, so that it comes to its turn.
 */
export interface PackageUse {
  /** Counts a job in, once no change of one of these packages (`<name>/<version>`) is due. */
  enter(packages: readonly string[]): Promise<Disposable>;
  /** Changes a package once its jobs are over. */
  change<Result>(packageId: string, change: () => Promise<Result>): Promise<Result>;
}

interface Usage {
  jobs: number;
  /** Settles when the change that is due is over; null where none is. */
  changing: Promise<void> | null;
  /** Told when the last job has left. */
  onIdle: (() => void) | null;
}

/** Nothing is in use yet. */
export function packageUse(): PackageUse {
  const usages = new Map<string, Usage>();
  return {
    async enter(packages) {
      for (;;) {
        const due = packages.map((id) => usages.get(id)?.changing ?? null).find((change) => change !== null);
        if (due === undefined) return countIn(usages, packages);
        await due;
      }
    },
    async change(packageId, change) {
      for (;;) {
        const due = usages.get(packageId)?.changing ?? null;
        if (due === null) break;
        await due;
      }
      const usage = usageOf(usages, packageId);
      const over = Promise.withResolvers<void>();
      usage.changing = over.promise;
      try {
        if (usage.jobs > 0) await new Promise<void>((resolve) => (usage.onIdle = resolve));
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

function countIn(usages: Map<string, Usage>, packages: readonly string[]): Disposable {
  for (const id of packages) usageOf(usages, id).jobs += 1;
  return {
    [Symbol.dispose]() {
      for (const id of packages) {
        const usage = usageOf(usages, id);
        usage.jobs -= 1;
        if (usage.jobs === 0) usage.onIdle?.();
        forgetIdle(usages, id);
      }
    },
  };
}

function usageOf(usages: Map<string, Usage>, id: string): Usage {
  const usage = usages.get(id) ?? { jobs: 0, changing: null, onIdle: null };
  usages.set(id, usage);
  return usage;
}

function forgetIdle(usages: Map<string, Usage>, id: string): void {
  const usage = usages.get(id);
  if (usage?.jobs === 0 && usage.changing === null) usages.delete(id);
}

import type { Config } from "../config/config.ts";
import { InterpretersAhead } from "../jail/interpreters-ahead.ts";
import type { BuildJail, JobJail } from "../jail/jail.ts";
import { type JobJailOptions, jobJails } from "../jail/job-jails.ts";
import { type OpenJailOptions, openBuildJail, openJail } from "../jail/open-jail.ts";
import { ReadyJails } from "../jail/ready-jails.ts";
import { withRoom } from "../jail/with-room.ts";

/** Of the configuration what pools follow from. */
export type PoolConfig = Pick<
  Config,
  "readyJails" | "interpretersAhead" | "aheadMemoryBytes" | "concurrentCompiles"
>;

/** Of the places of jails that wait, those of empty ones: any language uses them, and they are made in a moment. */
const EMPTY_SHARE = 1 / 4;

/** Each program that waits takes one of a user's fanotify groups, 128 by default (/proc/sys/fs/fanotify/max_user_groups). */
const MOST_WATCHES = 96;

/** The jails that wait for jobs, and the ways to open one. Disposing closes those that wait. */
export interface Pools extends AsyncDisposable {
  /** How many wait: empty ones, and by language those with a program started. */
  readonly waiting: { readonly ready: number; ahead(): ReadonlyMap<string, number> };
  /** Opens a job's jail; rejects with `busy`, `jailer_absent` or `jailer_failed`. */
  openJail(options: JobJailOptions): Promise<JobJail>;
  /** Opens one that builds a package; the same errors. */
  openBuildJail(signal: AbortSignal): Promise<BuildJail>;
  /** Closes those that were started on a package (`<name>/<version>`), or all where none is named; resolves when they are gone. */
  dropStarted(packageId?: string): Promise<void>;
}

/** Makes the pools of one daemon. */
export function openPools(socketPath: string, config: PoolConfig): Pools {
  const { readyJails: places, interpretersAhead, aheadMemoryBytes: memoryBytes, concurrentCompiles } = config;
  const empty = interpretersAhead ? Math.ceil(places * EMPTY_SHARE) : places;
  const openWaiting = () => openJail({ socketPath });
  const ready: ReadyJails = new ReadyJails({
    most: empty,
    openJail: (options) => (options === undefined ? openWaiting() : openForJob(options)),
  });
  // As many as compiles at one time, which is as many as cores: both are work that others wait for.
  const bounds = { most: Math.min(places - empty, MOST_WATCHES), memoryBytes, starts: concurrentCompiles };
  const interpreters = new InterpretersAhead({ ...bounds, openJail: openWaiting });
  const makeRoom = async (): Promise<boolean> => {
    const made = await Promise.all([ready.makeRoom(), interpreters.makeRoom()]);
    return made.includes(true);
  };
  const openForJob = (options: OpenJailOptions) =>
    withRoom(() => openJail({ socketPath }, options), makeRoom);
  return {
    waiting: {
      get ready() {
        return ready.ready;
      },
      ahead: () => interpreters.count(),
    },
    openJail: jobJails({ interpreters, ready, openJail: openForJob }),
    openBuildJail: (signal) => withRoom(() => openBuildJail({ socketPath }, { signal }), makeRoom),
    dropStarted: (packageId) =>
      interpreters.drop(({ root }) => packageId === undefined || root.layers.includes(packageId)),
    async [Symbol.asyncDispose]() {
      await Promise.all([ready[Symbol.asyncDispose](), interpreters[Symbol.asyncDispose]()]);
    },
  };
}

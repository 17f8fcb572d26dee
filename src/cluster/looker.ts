import type { CrankcaseError } from "../errors/crankcase-error.ts";
import type { ClusterCounts } from "./cluster-counts.ts";
import type { Janitor } from "./janitor.ts";
import type { JobTaker } from "./job-taker.ts";
import type { Member } from "./members.ts";
import type { OwnClass } from "./own-class.ts";
import type { RemoteRuns } from "./remote-execute.ts";
import type { WorkerClasses } from "./worker-classes.ts";

/** What is looked at. */
export interface Looked {
  readonly classes: WorkerClasses;
  readonly counts: ClusterCounts;
  readonly taker: JobTaker | null;
  readonly runs: RemoteRuns;
  readonly clean: Janitor;
  readonly serving: OwnClass;
  readonly warn: (text: string) => void;
}

/** A job that somebody waits for for so long is looked at besides, in milliseconds. */
const LOOK_AFTER_MS = 8_000;

/** What is looked at whenever the members were; one look after the other. */
export function looker({ classes, counts, taker, runs, clean, serving, warn }: Looked) {
  let looking: Promise<void> | undefined;
  const all = async (alive: readonly Member[]) => {
    const nodes = new Set(alive.map(({ id }) => id));
    for (const look of [
      () => serving.announce(),
      () => serving.serve(),
      () => classes.look(alive),
      () => counts.look(),
      () => taker?.look(nodes),
      async () => runs.look(LOOK_AFTER_MS),
      clean,
    ]) {
      try {
        await look();
      } catch (error) {
        if ((error as CrankcaseError).code !== "store_away")
          warn(`looking at the store: ${(error as Error).message}`);
      }
    }
  };
  return (alive: readonly Member[]): Promise<void> => {
    looking ??= all(alive).finally(() => {
      looking = undefined;
    });
    return looking;
  };
}

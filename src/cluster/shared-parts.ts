import type { DaySpender } from "../access/meter.ts";
import type { MinuteCounter } from "../access/minute-counter.ts";
import type { ArtifactStore } from "../artifacts/artifact-store.ts";
import type { Config } from "../config/config.ts";
import { sharedArtifacts } from "./shared-artifacts.ts";
import { sharedDays, sharedMinuteCounter } from "./shared-counts.ts";
import { type SharedKeys, sharedKeys } from "./shared-keys.ts";
import { openSharedStore, type SharedStore, type StoreConfig } from "./shared-store.ts";

/** All that servers have in common besides their jobs. Disposing closes the store. */
export interface SharedParts extends AsyncDisposable {
  readonly store: SharedStore;
  readonly keys: SharedKeys;
  readonly counter: (of: "requests" | "wrong-keys") => MinuteCounter;
  readonly dailyCounts: DaySpender;
  readonly artifacts: ArtifactStore;
}

/** Opens the store of the configuration. Throws `start_failed` where it does not answer. */
export async function openSharedParts(
  config: StoreConfig & Pick<Config, "artifacts">,
  warn: (text: string) => void,
): Promise<SharedParts> {
  const store = await openSharedStore(config, warn);
  return {
    store,
    keys: sharedKeys(store),
    counter: (of) => sharedMinuteCounter(store, of),
    dailyCounts: sharedDays(store, () => new Date()),
    artifacts: sharedArtifacts(store, config.artifacts),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

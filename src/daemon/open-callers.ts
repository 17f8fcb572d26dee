import { join } from "node:path";
import { openDailyCounts } from "../access/daily-counts.ts";
import type { KeySource } from "../access/live-keys.ts";
import { createMeter, type MeterOptions } from "../access/meter.ts";
import type { Config } from "../config/config.ts";
import { trustedProxies } from "../config/trusted-proxies.ts";
import type { AccessDeps } from "../http/access.ts";
import { type AccessConfig, type DaemonAccess, openAccess } from "./open-access.ts";

/** All that decides about the callers of a daemon: disposing writes the counts of the day. */
export interface Callers extends Omit<AccessDeps, "allowedHosts">, AsyncDisposable {
  readonly access: DaemonAccess;
}

/** What of the configuration is about callers. */
type CallersConfig = AccessConfig & Pick<Config, "trustedProxies" | "stateDir">;

/** How often callers may ask; looked at for each request. */
type Rates = Pick<MeterOptions, "addressRatePerMinute" | "keyRatePerMinute">;

/** What servers that share a store have in place of files of their own. */
export interface SharedCallers extends Required<Pick<MeterOptions, "counter" | "dailyCounts">> {
  readonly keys: KeySource;
}

/** Opens keys and counts. Throws `invalid_config` for a refused file of keys, and for a proxy that is no address. */
export async function openCallers(
  config: CallersConfig,
  rates: Rates,
  warn: (text: string) => void,
  shared: SharedCallers | null = null,
): Promise<Callers> {
  const proxies = trustedProxies(config.trustedProxies);
  const now = () => new Date();
  await using opened = new AsyncDisposableStack();
  const file = join(config.stateDir, "daily-jobs.json");
  const dailyCounts = shared?.dailyCounts ?? opened.use(await openDailyCounts({ file, now, warn }));
  const access = opened.use(await openAccess(config, warn, shared?.keys));
  const all = opened.move();
  return {
    access,
    meter: createMeter({
      get addressRatePerMinute() {
        return rates.addressRatePerMinute;
      },
      get keyRatePerMinute() {
        return rates.keyRatePerMinute;
      },
      dailyCounts,
      ...(shared === null ? {} : { counter: shared.counter }),
      now,
    }),
    trustedProxies: proxies,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

import type { ReloadReport } from "../api/reload-report.ts";
import type { Config } from "../config/config.ts";
import { configKeys } from "../config/config-key.ts";
import type { LimitConfig } from "../jobs/language-limits.ts";
import { camelCase } from "../schema/camel-keys.ts";

/** Keys, and groups of keys, that may change while the server runs; all others take a restart. */
export const liveKeys: readonly string[] = [
  "limits",
  "limit_overrides",
  "allowed_origins",
  "allowed_hosts",
  "address_rate_per_minute",
  "key_rate_per_minute",
  "log_level",
];

/** The part of a configuration that may change under its readers: each value is as it is now. */
export interface LiveConfig {
  readonly limits: LimitConfig;
  readonly rates: Pick<Config, "addressRatePerMinute" | "keyRatePerMinute">;
  readonly origins: Pick<Config, "allowedOrigins" | "allowedHosts">;
  /** Takes over what may change, and says what did, and what would need a restart. */
  apply(next: Config): Pick<ReloadReport, "applied" | "restart">;
}

/** Holds the configuration with which a daemon starts. */
export function liveConfig(started: Config): LiveConfig {
  let current = started;
  // Their readers keep the lists themselves.
  const allowedOrigins = [...started.allowedOrigins];
  const allowedHosts = [...started.allowedHosts];
  return {
    limits: {
      get limits() {
        return current.limits;
      },
      get limitOverrides() {
        return current.limitOverrides;
      },
    },
    rates: {
      get addressRatePerMinute() {
        return current.addressRatePerMinute;
      },
      get keyRatePerMinute() {
        return current.keyRatePerMinute;
      },
    },
    origins: { allowedOrigins, allowedHosts },
    apply(next) {
      const applied = changedKeys(current, next).filter(isLive);
      const restart = changedKeys(started, next).filter((path) => !isLive(path));
      current = next;
      allowedOrigins.splice(0, Number.POSITIVE_INFINITY, ...next.allowedOrigins);
      allowedHosts.splice(0, Number.POSITIVE_INFINITY, ...next.allowedHosts);
      return { applied, restart };
    },
  };
}

function isLive(path: string): boolean {
  return liveKeys.some((key) => path === key || path.startsWith(`${key}.`));
}

function changedKeys(from: Config, to: Config): string[] {
  const paths = configKeys().map(({ path }) => path);
  return paths.filter((path) => JSON.stringify(valueAt(from, path)) !== JSON.stringify(valueAt(to, path)));
}

function valueAt(config: Config, path: string): unknown {
  return path
    .split(".")
    .map(camelCase)
    .reduce<unknown>((at, step) => (at as Readonly<Record<string, unknown>> | undefined)?.[step], config);
}

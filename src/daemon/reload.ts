import type { Logger } from "pino";
import type { ReloadReport } from "../api/reload-report.ts";
import type { ResolvedConfig } from "../config/config.ts";
import { toCrankcaseError } from "../errors/crankcase-error.ts";
import type { LiveCatalogue } from "../runtimes/live-catalogue.ts";
import type { LiveConfig } from "./live-config.ts";

/** What reading everything again takes. */
export interface ReloadDeps {
  readonly live: Pick<LiveConfig, "apply">;
  readonly catalogue: Pick<LiveCatalogue, "reload">;
  /** Reads the configuration as at the start. */
  readonly loadConfig: () => Promise<ResolvedConfig>;
  readonly log: Logger;
}

/**
 * Makes what reads configuration and definitions again, one reading after the other. What is refused leaves all as it was,
 * is logged, and rejects with `invalid_config` or `invalid_definition`.
 */
export function reloader(deps: ReloadDeps): () => Promise<ReloadReport> {
  let last: Promise<unknown> = Promise.resolve();
  return () => {
    const next = last.then(() => reload(deps));
    last = next.catch(() => undefined);
    return next;
  };
}

async function reload({ live, catalogue, loadConfig, log }: ReloadDeps): Promise<ReloadReport> {
  try {
    const { config, notes } = await loadConfig();
    await catalogue.reload();
    const changes = live.apply(config);
    log.level = config.logLevel;
    log.info(changes, "reloaded");
    if (changes.restart.length > 0) log.warn(`needs a restart to count: ${changes.restart.join(", ")}`);
    return { ...changes, warnings: [...notes] };
  } catch (thrown) {
    log.error(`not reloaded, everything stays as it was: ${toCrankcaseError(thrown).message}`);
    throw thrown;
  }
}

import { collectDefaultMetrics } from "prom-client";
import type { Config } from "../config/config.ts";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import { createMetrics } from "../metrics/metrics.ts";
import type { Packages } from "../packages/packages.ts";
import type { Catalogue } from "../runtimes/catalogue.ts";
import { createSlots } from "../slots/slots.ts";
import type { Served } from "./serving.ts";

/** Jobs whose callers one server may wait with; each takes a few KiB, and its request until it is in the store. */
const MOST_WAITED = 10_000;

/** How many callers a server may wait with whose jobs run elsewhere. */
export function frontSlots({ queueBound }: Pick<Config, "queueBound">) {
  return createSlots({ slots: MOST_WAITED, queueBound, concurrentCompiles: 1, concurrentRuns: 1 });
}

/** What of this server the front is made with. */
export interface FrontDeps {
  readonly catalogue: Catalogue;
  readonly slots: ReturnType<typeof frontSlots>;
  readonly version: string;
  readonly release: string | null;
}

/** What a server answers with that runs nothing itself. */
export function openFront({
  catalogue,
  slots,
  version,
  release,
}: FrontDeps): Omit<Served, "execute" | "artifacts"> {
  const about = { slots, catalogue, version, release, compiles: null };
  const metrics = createMetrics({
    ...about,
    jails: { open: 0 },
    waiting: { ready: 0, ahead: () => new Map() },
  });
  collectDefaultMetrics({ register: metrics.registry });
  return { catalogue, slots, metrics, packages: noPackages(), compiles: null };
}

/** Packages are installed where jobs run. */
function noPackages(): Packages {
  const refuse = () =>
    Promise.reject(
      new CrankcaseError("wrong_role", "This server runs no jobs, and has no packages of its own."),
    );
  return { list: refuse, install: refuse, upgrade: refuse, uninstall: refuse };
}

import { createHash } from "node:crypto";
import type { Config } from "../config/config.ts";
import { machineLabels } from "../config/machine-labels.ts";
import type { LimitConfig } from "../jobs/language-limits.ts";
import type { Runtime } from "../runtimes/runtime.ts";

/** What workers can run. Those of which it is the same are of one class, and share one queue. */
export interface WorkerClass {
  readonly digest: string;
  readonly runtimes: readonly Runtime[];
  readonly limits: LimitConfig;
  readonly labels: readonly string[];
}

/** Hex digits of a digest: enough that no two classes have the same. */
const DIGITS = 16;

/** The class of a worker with these runtimes and limits. */
export function workerClass(
  runtimes: readonly Runtime[],
  { limits, limitOverrides }: LimitConfig,
  config: Pick<Config, "labels">,
): WorkerClass {
  const labels = machineLabels(config);
  // When a package was built says nothing of what it can run.
  const same = runtimes.map(({ build: _build, ...runtime }) => runtime);
  const text = JSON.stringify([same, limits, limitOverrides, labels]);
  const digest = createHash("sha256").update(text).digest("hex").slice(0, DIGITS);
  return { digest, runtimes, limits: { limits, limitOverrides }, labels };
}

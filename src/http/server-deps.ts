import type { Logger } from "pino";
import type { Readiness } from "../api/readiness.ts";
import type { ReloadReport } from "../api/reload-report.ts";
import type { ArtifactStore } from "../artifacts/artifact-store.ts";
import type { CompileCounts } from "../compiled/compile-cache.ts";
import type { ExecuteJob } from "../jobs/execute-job.ts";
import type { LimitConfig } from "../jobs/language-limits.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { Packages } from "../packages/packages.ts";
import type { JobDesk } from "../queue/job-desk.ts";
import type { Catalogue } from "../runtimes/catalogue.ts";
import type { Slots } from "../slots/slots.ts";
import type { Workflows } from "../workflows/workflows.ts";
import type { AccessDeps } from "./access.ts";

/** What the HTTP server is made of. */
export interface ServerDeps extends AccessDeps {
  readonly catalogue: Catalogue;
  readonly limits: LimitConfig;
  readonly slots: Slots;
  readonly execute: ExecuteJob;
  /** Jobs that nobody waits for. */
  readonly queued: Omit<JobDesk, "stop">;
  /** Sequences of jobs. */
  readonly workflows: Pick<Workflows, "submit" | "find" | "list" | "changed" | "cancel">;
  readonly packages: Packages;
  /** The files of jobs that are kept for a while. */
  readonly artifacts: ArtifactStore;
  /** What is kept of compiles; null where nothing is. */
  readonly compiles: { readonly counts: CompileCounts } | null;
  readonly log: Logger;
  readonly bodyLimitBytes: number;
  /** Origins whose pages may use the server. */
  readonly allowedOrigins: readonly string[];
  /** Crankcase's own version, for example 0.1.0. */
  readonly version: string;
  /** Id of the installed release; null where a plain checkout runs. */
  readonly release: string | null;
  readonly startedAt: Date;
  /** Aborts when the server was asked to stop: no new connection comes, and each that is open gets one answer more. */
  readonly ending: AbortSignal;
  /** Aborts when the grace of the shutdown is over: what still goes on is to end. */
  readonly ended: AbortSignal;
  /** Sentences that the operator should read; more may come while the server starts. */
  readonly warnings: readonly string[];
  readonly metrics: Metrics;
  /** Whether jobs should be sent here now. */
  readonly readiness: () => Promise<Readiness>;
  /** The store that it shares with others, if it does. */
  readonly store?: { readonly fault: string | null } | undefined;
  /** Over the network it answers nobody but probes: its jobs come from the store that it shares. */
  readonly isWorker?: boolean;
  /** Reads configuration and definitions again; rejects with `invalid_config` or `invalid_definition`. */
  readonly reload: () => Promise<ReloadReport>;
}

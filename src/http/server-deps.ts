import type { Logger } from "pino";
import type { ArtifactStore } from "../artifacts/artifact-store.ts";
import type { ExecuteJob } from "../jobs/execute-job.ts";
import type { LimitConfig } from "../jobs/language-limits.ts";
import type { Packages } from "../packages/packages.ts";
import type { Catalogue } from "../runtimes/catalogue.ts";
import type { Slots } from "../slots/slots.ts";
import type { Access } from "./access.ts";

/** What the HTTP server is made of. */
export interface ServerDeps {
  readonly catalogue: Catalogue;
  readonly limits: LimitConfig;
  readonly slots: Slots;
  readonly execute: ExecuteJob;
  readonly packages: Packages;
  /** The files of jobs that are kept for a while. */
  readonly artifacts: ArtifactStore;
  readonly log: Logger;
  readonly bodyLimitBytes: number;
  /** Origins whose pages may send JSON without declaring it. */
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
  readonly access: Access;
  /** Sentences that the operator should read; more may come while the server starts. */
  readonly warnings: readonly string[];
}

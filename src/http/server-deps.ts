import type { Logger } from "pino";
import type { ExecuteJob } from "../jobs/execute-job.ts";
import type { LimitConfig } from "../jobs/language-limits.ts";
import type { Catalogue } from "../runtimes/catalogue.ts";
import type { Slots } from "../slots/slots.ts";

/** What the HTTP server is made of. */
export interface ServerDeps {
  readonly catalogue: Catalogue;
  readonly limits: LimitConfig;
  readonly slots: Slots;
  readonly execute: ExecuteJob;
  readonly log: Logger;
  readonly bodyLimitBytes: number;
  /** Origins whose pages may send JSON without declaring it. */
  readonly allowedOrigins: readonly string[];
  /** Crankcase's own version, for example 0.1.0. */
  readonly version: string;
}

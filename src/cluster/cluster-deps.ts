import type { ErrorBody } from "../api/error-body.ts";
import type { Config } from "../config/config.ts";
import type { CrankcaseError } from "../errors/crankcase-error.ts";
import type { ExecuteJob } from "../jobs/execute-job.ts";
import type { LimitConfig } from "../jobs/language-limits.ts";
import type { Catalogue } from "../runtimes/catalogue.ts";
import type { SharedStore } from "./shared-store.ts";

/** What of this machine runs jobs; null at a server that runs none. */
export interface OwnWork {
  readonly execute: ExecuteJob;
  readonly catalogue: Pick<Catalogue, "runtimes">;
  readonly limits: LimitConfig;
  readonly slots: { readonly total: number };
}

/** What being one of several servers takes. */
export interface ClusterDeps {
  readonly store: SharedStore;
  readonly config: Pick<Config, "role" | "instance" | "labels" | "queuedJobs">;
  readonly work: OwnWork | null;
  readonly errorBody: (error: CrankcaseError, id: string) => ErrorBody;
  readonly warn: (text: string) => void;
}

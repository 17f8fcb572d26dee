import type { ErrorBody } from "../api/error-body.ts";
import type { ArtifactStore } from "../artifacts/artifact-store.ts";
import type { CrankcaseError } from "../errors/crankcase-error.ts";
import type { JobDesk } from "../queue/job-desk.ts";
import type { WorkflowSharing, WorkflowStore } from "../queue/workflow-store.ts";
import type { WorkflowBounds } from "./definition.ts";
import type { FewAtOnce } from "./few-at-once.ts";
import type { RecentLists } from "./recent-lists.ts";

/** What driving a workflow takes. */
export interface RunDeps {
  readonly store: WorkflowStore;
  readonly queued: Pick<JobDesk, "submit" | "find" | "changed" | "cancel">;
  readonly artifacts: Pick<ArtifactStore, "find">;
  readonly bounds: WorkflowBounds;
  readonly sharing: WorkflowSharing;
  /** Counts a job for the key of this name; rejects with `quota_spent`. */
  readonly spend: (owner: string | null) => Promise<void>;
  /** Bounds what is in memory while jobs are made of carried values. */
  readonly makesJobs: FewAtOnce;
  readonly lists: RecentLists;
  readonly now: () => number;
  /** After what cannot be done for now, in milliseconds. */
  readonly pauseMs: number;
  readonly errorBody: (error: CrankcaseError, id: string) => ErrorBody;
  /** Hears of each change of one. */
  readonly changed: (id: string) => void;
  /** Hears that a callback is due. */
  readonly callbackDue: () => void;
  /** Hears of what fails for now. */
  readonly warn: (text: string) => void;
}

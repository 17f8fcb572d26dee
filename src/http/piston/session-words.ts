import type { JobResult } from "../../api/job-result.ts";
import type { StageResult } from "../../api/stage-result.ts";
import type { CrankcaseError } from "../../errors/crankcase-error.ts";

/** How a client is told of what came of its job. */
export interface SessionWords {
  stage(result: StageResult): object;
  /** Null where nothing is said of the whole job. */
  readonly job: ((result: JobResult) => object) | null;
  /** What the client may read of an error; the id is the request's. */
  error(error: CrankcaseError, id: string): object;
}

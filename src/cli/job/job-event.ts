import type { JobResult } from "../../api/job-result.ts";
import type { StageResult } from "../../api/stage-result.ts";
import type { TestcaseResult } from "../../api/testcases-result.ts";

/** A stage without its output, which came before. */
export type EndedStage = Omit<StageResult, "stdout" | "stderr" | "output">;

/** A whole job, its stages without their output. */
export type EndedJob = Omit<JobResult, "compile" | "run"> & {
  readonly compile?: EndedStage;
  readonly run?: EndedStage;
};

/** One of the job's programs. */
export type StageName = "compile" | "run";

/** What a server tells of a job that is followed; `data` is base64. */
export type JobEvent =
  | { readonly event: "runtime"; readonly language: string; readonly version: string }
  | { readonly event: "stage"; readonly stage: StageName }
  | {
      readonly event: "output";
      readonly stage: StageName;
      readonly stream: "stdout" | "stderr";
      readonly data: string;
    }
  | ({ readonly event: "exit"; readonly stage: StageName } & EndedStage)
  | ({ readonly event: "case" } & TestcaseResult)
  | ({ readonly event: "result" } & EndedJob);

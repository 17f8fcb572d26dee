import Type, { type Static } from "typebox";
import { JobLimitsShape, StageLimitsShape } from "../schema/limits.ts";
import { ArtifactShape, OmittedArtifactsShape } from "./artifact.ts";
import { StageResultShape } from "./stage-result.ts";
import { TestcasesResultShape } from "./testcases-result.ts";

const strict = { additionalProperties: false } as const;

const Milliseconds = (description: string) => Type.Number({ minimum: 0, description });

const TimingsShape = Type.Object(
  {
    queue_ms: Milliseconds("Waited for a slot, and for the stages' turns."),
    jail_ms: Milliseconds("Until its files were written and its jail was made."),
    compile_ms: Type.Optional(Milliseconds("From asking for the compile stage to its report.")),
    run_ms: Type.Optional(Milliseconds("The same of the run stage.")),
    artifacts_ms: Type.Optional(Milliseconds("Finding, reading and keeping artifacts.")),
    total_ms: Milliseconds(
      "From the request, read and checked, to the answer; a little more than all the others.",
    ),
  },
  { ...strict, description: "Where the job's time went, by the server's clock, in milliseconds." },
);

/** Where a job's time went. */
export type JobTimings = Static<typeof TimingsShape>;

const UsedLimitsShape = Type.Object(
  {
    job: { ...JobLimitsShape, description: "Limits that both stages shared." },
    compile: Type.Optional({
      ...StageLimitsShape,
      description: "Those of the compile stage, where the language has one.",
    }),
    run: { ...StageLimitsShape, description: "Those of the run stage." },
  },
  { ...strict, description: "Every limit as it was in force, under the names of the request." },
);

/** Schema of the answer to a job. A stage that did not run is left out: compile where there is none, run after a failed compile. */
export const JobResultShape = Type.Object(
  {
    id: Type.String({ description: "The job's id, also in the log." }),
    language: Type.String({ description: "Canonical name." }),
    version: Type.String({ description: "The version that ran." }),
    start: Type.Union([Type.Literal("cold"), Type.Literal("ahead")], {
      description:
        "`ahead` where the program of the run stage was started before the job came, up to its first file; it makes no difference but in time.",
    }),
    compile: Type.Optional({ ...StageResultShape, description: "What became of the compile stage." }),
    run: Type.Optional({ ...StageResultShape, description: "What became of the run stage." }),
    testcases: Type.Optional({
      ...TestcasesResultShape,
      description: "What became of the job's cases, where it had some; there is no `run` then.",
    }),
    artifacts: Type.Optional(
      Type.Array(ArtifactShape, {
        description: "Files that the job wrote; there where some were asked for.",
      }),
    ),
    artifacts_omitted: Type.Optional(
      Type.Array(OmittedArtifactsShape, {
        description: "What matched and was left out, by reason; there with `artifacts`, and empty mostly.",
      }),
    ),
    limits: UsedLimitsShape,
    timings: TimingsShape,
  },
  strict,
);

/** The answer to a job. */
export type JobResult = Static<typeof JobResultShape>;

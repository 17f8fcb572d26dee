import Type, { type Static } from "typebox";
import { JobRequestShape } from "./job-request.ts";

/** Jobs that are submitted together. */
const MOST_JOBS = 1_000;

/** Schema of the body of `POST /api/crankcase/v1/jobs/batch`. */
export const JobBatchShape = Type.Object(
  {
    jobs: Type.Array(JobRequestShape, {
      minItems: 1,
      maxItems: MOST_JOBS,
      description: "Jobs that nobody waits for; all are accepted, or none.",
    }),
  },
  { additionalProperties: false },
);

/** Jobs that are submitted together. */
export type JobBatch = Static<typeof JobBatchShape>;

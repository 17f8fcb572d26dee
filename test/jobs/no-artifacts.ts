import type { RunJobDeps } from "../../src/jobs/job-context.ts";
import { sampleConfig } from "./sample-runtimes.ts";

/** The default limits, and a store that keeps nothing. */
export const NO_ARTIFACTS: RunJobDeps["artifacts"] = {
  limits: sampleConfig().artifacts,
  store: {
    keep: () => Promise.reject(new Error("nothing is kept here")),
    find: () => Promise.resolve(null),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  },
};

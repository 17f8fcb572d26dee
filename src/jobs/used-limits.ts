import type { JobResult } from "../api/job-result.ts";
import { camelCase } from "../schema/camel-keys.ts";
import { JobLimitsShape, StageLimitsShape } from "../schema/limits.ts";
import type { ResolvedJob } from "./resolve-job.ts";

/** The limits that a job ran under, as the API writes them; pure. */
export function usedLimits({
  limits,
  runtime,
}: Pick<ResolvedJob, "limits" | "runtime">): JobResult["limits"] {
  const stage = (name: "compile" | "run") =>
    written<JobResult["limits"]["run"]>(StageLimitsShape.properties, limits[name]);
  return {
    job: written<JobResult["limits"]["job"]>(JobLimitsShape.properties, limits.job),
    ...(runtime.hasCompile ? { compile: stage("compile") } : {}),
    run: stage("run"),
  };
}

/** The limits under the names of their schema. */
function written<Written>(names: object, limits: object): Written {
  const values: Readonly<Record<string, unknown>> = { ...limits };
  return Object.fromEntries(Object.keys(names).map((name) => [name, values[camelCase(name)]])) as Written;
}

import type { JobResult } from "../api/job-result.ts";
import { camelCase } from "../schema/camel-keys.ts";
import { JobLimitsShape, StageLimitsShape } from "../schema/limits.ts";
import type { ResolvedJob } from "./resolve-job.ts";

/** Names of limits as the API writes them, and as the code does. */
type Names = readonly (readonly [written: string, own: string])[];

const JOB_NAMES = namesOf(JobLimitsShape.properties);
const STAGE_NAMES = namesOf(StageLimitsShape.properties);

/** The limits that a job ran under, as the API writes them; pure. */
export function usedLimits({
  limits,
  runtime,
}: Pick<ResolvedJob, "limits" | "runtime">): JobResult["limits"] {
  const stage = (name: "compile" | "run") => written<JobResult["limits"]["run"]>(STAGE_NAMES, limits[name]);
  return {
    job: written<JobResult["limits"]["job"]>(JOB_NAMES, limits.job),
    ...(runtime.hasCompile ? { compile: stage("compile") } : {}),
    run: stage("run"),
  };
}

function namesOf(properties: object): Names {
  return Object.keys(properties).map((name) => [name, camelCase(name)]);
}

/** The limits under the names of their schema. */
function written<Written>(names: Names, limits: object): Written {
  const values = limits as Readonly<Record<string, unknown>>;
  const result: Record<string, unknown> = {};
  for (const [name, own] of names) result[name] = values[own];
  return result as Written;
}

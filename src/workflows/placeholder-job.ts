import type { JobRequest } from "../api/job-request.ts";
import type { StepJob } from "../api/workflow-request.ts";

/** A step's job with nothing where something is taken from elsewhere, so that all its other mistakes can be found; pure. */
export function placeholderJob(job: StepJob): JobRequest {
  const text = (value: unknown) => (typeof value === "string" ? value : "");
  const { stdin, args, environment, files, ...rest } = job;
  return {
    ...rest,
    files: files.map(({ content, ...file }) => ({ ...file, content: text(content) })),
    ...(stdin === undefined ? {} : { stdin: text(stdin) }),
    ...(args === undefined ? {} : { args: args.map(text) }),
    ...(environment === undefined ? {} : { environment: mapped(environment, text) }),
  };
}

/** The same names with other values. */
export function mapped<From, To>(
  record: Readonly<Record<string, From>>,
  change: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}

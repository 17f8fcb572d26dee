import type { JobRequest } from "../api/job-request.ts";
import type { AttackJob } from "./attack-definition.ts";
import { type Facts, fillIn } from "./facts.ts";

type RequestFile = JobRequest["files"][number];

/** What attackers share, by name: the files of attacks/include. */
export type Includes = ReadonlyMap<string, string>;

/** Makes the request of an attacking job. It is what a client would send, also where no honest one would. */
export function attackRequest(job: AttackJob, facts: Facts, includes: Includes): JobRequest {
  const { expect: _, files, args, stdin, environment, compiler_flags: flags, ...others } = job;
  return {
    ...others,
    files: files.map((file) => requestFile(file, facts, includes)),
    ...(args === undefined ? {} : { args: args.map((arg) => fillIn(arg, facts)) }),
    ...(stdin === undefined ? {} : { stdin: fillIn(stdin, facts) }),
    ...(flags === undefined ? {} : { compiler_flags: flags.map((flag) => fillIn(flag, facts)) }),
    ...(environment === undefined ? {} : { environment: filledValues(environment, facts) }),
  };
}

function requestFile(file: AttackJob["files"][number], facts: Facts, includes: Includes): RequestFile {
  const { name, content = "", hex, include } = file;
  if (include !== undefined) return { name: include, content: includes.get(include) ?? "" };
  const named = name === undefined ? {} : { name: fillIn(name, facts) };
  if (hex !== undefined) return { ...named, content: hex, encoding: "hex" };
  return { ...named, content: fillIn(content, facts) };
}

function filledValues(variables: Readonly<Record<string, string>>, facts: Facts): Record<string, string> {
  const filled = Object.entries(variables).map(([name, value]) => [name, fillIn(value, facts)]);
  return Object.fromEntries(filled);
}

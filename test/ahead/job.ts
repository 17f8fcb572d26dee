import type { JobRequest } from "../../src/api/job-request.ts";
import type { JobResult } from "../../src/api/job-result.ts";
import type { StageResult } from "../../src/api/stage-result.ts";
import type { SomeStageLimits } from "../../src/schema/limits.ts";
import { TIME_FACTOR } from "../support/time-factor.ts";
import type { Program } from "./program.ts";

/** The request that runs a program. Its output comes as base64, so that each byte can be compared. */
export function jobOf(language: string, program: Program): JobRequest {
  const { source, pad, main, files = {}, args = [], limits, stdin, stdin_hex: hex } = program;
  const content = pad === undefined ? source : source.replaceAll("…", "x".repeat(pad));
  const beside = Object.entries(files).map(([name, content]) => ({ name, content }));
  return {
    language,
    files: [{ content, ...(main === undefined ? {} : { name: main }) }, ...beside],
    args,
    ...(stdin === undefined ? {} : { stdin }),
    ...(hex === undefined ? {} : { stdin: hex, stdin_encoding: "hex" }),
    ...(limits === undefined ? {} : { limits: { run: withPatience(limits) } }),
    output_encoding: "base64",
  };
}

/** Whatever comes before a program sleeps must have been said by then. */
function withPatience({ wall_time_ms: wall, ...rest }: SomeStageLimits): SomeStageLimits {
  return wall === undefined ? rest : { ...rest, wall_time_ms: wall * TIME_FACTOR };
}

/** How its last stage ended: the exit code, the signal, or the limit. */
export function endOf({ run, compile }: JobResult): number | string {
  const { exit_code, signal, cause } = run ?? compile ?? neverRan();
  if (cause === "exited" && exit_code !== null) return exit_code;
  return cause === "signaled" && signal !== null ? signal : cause;
}

/**
 * The one thing that a program may see: the seconds of `timeout` in its parent's command line, in all the ways in which
 * programs print that. A program that waits for its job must not be ended by it.
 */
const SECOND_LOCK = /(KILL(?:\\x00|\\u0000|\W+))\d+/g;

/**
 * The answer without what may differ: id, times and memory, whether it was compiled before, and how it was started. Its
 * output has a character for each byte. Where both streams have some, the order of their parts is told by the clock, unless
 * the program waits in between.
 */
export function comparable(program: Program, result: JobResult): object {
  const { id: _id, timings: _timings, compile, run, ...rest } = result;
  const stages = {
    compile: compile && withoutTimes(compile, program),
    run: run && withoutTimes(run, program),
  };
  return { ...rest, start: undefined, ...stages };
}

function withoutTimes(stage: StageResult, { ordered = false }: Program): object {
  const [stdout, stderr, output] = [stage.stdout, stage.stderr, stage.output].map(oneByteCharacters);
  const isMixed = stdout !== "" && stderr !== "" && !ordered;
  const times = { wall_time_ms: 0, cpu_time_ms: 0, memory_bytes: 0, cached: undefined };
  return { ...stage, ...times, stdout, stderr, output: isMixed ? output?.length : output };
}

function oneByteCharacters(base64: string): string {
  return Buffer.from(base64, "base64").toString("latin1").replace(SECOND_LOCK, "$1#");
}

function neverRan(): never {
  throw new TypeError("the job has neither stage");
}

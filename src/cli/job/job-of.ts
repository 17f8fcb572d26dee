import type { JobRequest } from "../../api/job-request.ts";
import { jobFiles } from "./job-files.ts";
import type { RunTarget } from "./run-operands.ts";

/** People think and type; servers lower this to what they allow. */
const TALK_MS = 3_600_000;

/** What of a command line makes a job; times in milliseconds, memory in bytes. */
export interface JobOptions {
  /** Semver range. */
  readonly version?: string;
  /** More files, each PATH or PATH=NAME. */
  readonly file: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Patterns of files to bring back. */
  readonly artifacts: readonly string[];
  /** How long the program may take. */
  readonly timeout?: number;
  readonly cpuTime?: number;
  readonly compileTimeout?: number;
  readonly memory?: number;
  /** Somebody talks to it. */
  readonly interactive?: boolean;
  /** Output is wanted as text, not as bytes. */
  readonly json?: boolean;
}

/** The job that a command line asks for, but for its standard input. Throws `invalid_command` for a file that cannot be read. */
export async function jobOf(target: RunTarget, options: JobOptions): Promise<JobRequest> {
  const version = options.version ?? target.version;
  return {
    language: target.language,
    ...(version === undefined ? {} : { version }),
    files: await jobFiles(target.file, options.file),
    args: [...target.args],
    environment: { ...options.env },
    artifacts: [...options.artifacts],
    limits: limitsOf(options),
    // Who asked for no time of their own gets what there is.
    limit_policy: options.interactive && options.timeout === undefined ? "clamp" : "reject",
    output_encoding: options.json ? "utf8" : "base64",
  };
}

function limitsOf(options: JobOptions): NonNullable<JobRequest["limits"]> {
  const { interactive, timeout = interactive ? TALK_MS : undefined, cpuTime, memory } = options;
  const run = {
    ...(timeout === undefined ? {} : { wall_time_ms: timeout }),
    ...(cpuTime === undefined ? {} : { cpu_time_ms: cpuTime }),
    ...(memory === undefined ? {} : { memory_bytes: memory }),
  };
  const { compileTimeout } = options;
  return { run, ...(compileTimeout === undefined ? {} : { compile: { wall_time_ms: compileTimeout } }) };
}

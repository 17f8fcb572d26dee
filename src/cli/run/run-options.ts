import { CrankcaseError } from "../../errors/crankcase-error.ts";
import type { JobOptions } from "../job/job-of.ts";

/** Options of `crankcase run`, as the command line has them. */
export interface RunOptions extends JobOptions {
  /** Left out, it is CRANKCASE_URL or this machine's service. */
  readonly url?: string;
  readonly keyFile?: string;
  readonly watch?: boolean;
  readonly status?: boolean;
  /** File to read instead of standard input. */
  readonly stdin?: string;
  readonly outputDir?: string;
}

/** Throws `invalid_command` for options that exclude each other. */
export function requireSound(options: RunOptions): void {
  const { interactive, json, watch, stdin, artifacts, outputDir } = options;
  if (interactive && (json || watch || stdin !== undefined)) {
    throw invalid("--interactive goes with none of --json, --watch and --stdin.");
  }
  if (artifacts.length > 0 && outputDir === undefined && !json) {
    throw invalid("--artifacts wants --output-dir DIR to write to, or --json.");
  }
  if (artifacts.length === 0 && outputDir !== undefined) {
    throw invalid("--output-dir wants --artifacts PATTERN: which files to bring back.");
  }
}

function invalid(message: string): CrankcaseError {
  return new CrankcaseError("invalid_command", message);
}

import { CrankcaseError } from "../../errors/crankcase-error.ts";

/** Options of `crankcase run`, as the command line has them. */
export interface RunOptions {
  /** Left out, it is CRANKCASE_URL or this machine's service. */
  readonly url?: string;
  readonly keyFile?: string;
  /** Semver range. */
  readonly version?: string;
  readonly json?: boolean;
  readonly interactive?: boolean;
  readonly watch?: boolean;
  readonly status?: boolean;
  /** More files, each PATH or PATH=NAME. */
  readonly file: readonly string[];
  /** File to read instead of standard input. */
  readonly stdin?: string;
  readonly timeout?: number;
  readonly cpuTime?: number;
  readonly compileTimeout?: number;
  readonly memory?: number;
  readonly env: Readonly<Record<string, string>>;
  readonly artifacts: readonly string[];
  readonly outputDir?: string;
}

const MILLISECONDS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
const BYTES: Readonly<Record<string, number>> = { "": 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** Reads a time such as `500`, `500ms`, `2.5s` or `1m` in milliseconds. Throws `invalid_command`. */
export function toMilliseconds(text: string): number {
  const [, number, unit = "ms"] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? [];
  const value = Math.round(Number(number) * (MILLISECONDS[unit] ?? 1));
  if (value >= 1 && Number.isSafeInteger(value)) return value;
  throw invalid(`A time is a number of milliseconds or one with ms, s, m or h, such as 2.5s, not ${text}`);
}

/** Reads a size such as `64000000`, `256m` or `1g` in bytes; units are of 1024. Throws `invalid_command`. */
export function toBytes(text: string): number {
  const [, number, unit = ""] = /^(\d+)([kmg]?)$/.exec(text.toLowerCase()) ?? [];
  const value = Number(number) * (BYTES[unit] ?? 1);
  if (value >= 1 && Number.isSafeInteger(value)) return value;
  throw invalid(`A size is a number of bytes or one with k, m or g, such as 256m, not ${text}`);
}

/** Reads `NAME=VALUE`, or `NAME` for the value that it has here. Throws `invalid_command`. */
export function toVariable(text: string, own: Readonly<Record<string, string | undefined>>) {
  const at = text.indexOf("=");
  const name = at < 0 ? text : text.slice(0, at);
  const value = at < 0 ? own[name] : text.slice(at + 1);
  if (name !== "" && value !== undefined) return { [name]: value };
  throw invalid(`--env wants NAME=VALUE, or the NAME of a variable that is set, not ${text}`);
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

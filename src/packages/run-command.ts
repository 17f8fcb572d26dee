import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { ErrorCode } from "../errors/error-table.ts";

/** Ids of the unprivileged user that talks to mirrors and registries; null where the process itself is one. */
export type RunAs = { readonly uid: number; readonly gid: number } | null;

/** How a command is run, and what its failure is called. */
export interface CommandOptions {
  readonly runAs: RunAs;
  /** On top of the process's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly signal: AbortSignal;
  /** Code of the error where the command fails. */
  readonly failure: ErrorCode;
  /** More to say about a failure, made of the command's output. */
  readonly hint?: (output: string) => string;
}

/** setpriv(1): a process of ours that is killed takes its package clients with it. */
const WITH_PARENT = ["--pdeathsig", "KILL", "--"];

/** As much of a failed command's output as one can take in. */
const TOLD_LINES = 15;

/**
 * Runs a command to its end and gives its stdout. Rejects with `failure` and the end of its output in the message;
 * with the signal's reason where it was aborted. Supplementary groups are dropped with the ids (libuv does).
 */
export async function runCommand(argv: readonly string[], options: CommandOptions): Promise<string> {
  const { runAs, signal } = options;
  // Loaded here alone: a server may live for months and never build a package.
  const { execa } = await import("execa");
  const result = await execa("setpriv", [...WITH_PARENT, ...argv], {
    ...(runAs ?? {}),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { LC_ALL: "C.UTF-8", ...options.env },
    stdin: "ignore",
    all: true,
    reject: false,
    cancelSignal: signal,
    // A half-dead package client is worth nothing: what it wrote is thrown away with its folder.
    killSignal: "SIGKILL",
  });
  signal.throwIfAborted();
  if (!result.failed) return result.stdout;
  throw commandError(argv[0] ?? "", result.all === "" ? (result.originalMessage ?? "") : result.all, options);
}

function commandError(file: string, output: string, { failure, hint }: CommandOptions): CrankcaseError {
  const end = output.trimEnd().split("\n").slice(-TOLD_LINES).join("\n");
  const more = hint?.(output) ?? "";
  return new CrankcaseError(failure, `${file} failed:\n${end}${more === "" ? "" : `\n${more}`}`);
}

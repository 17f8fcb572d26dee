import type { BuildJail, WaitingJail } from "./jail.ts";
import { JailClient } from "./jail-client.ts";
import type { JailKind } from "./requests.ts";

/**
 * A jail is made in milliseconds and gone in milliseconds; a machine under heavy load may take seconds. What takes
 * longer than this hangs.
 */
const ANSWER_TIMEOUT_MS = 10_000;

/** What opening a jail needs. */
export interface OpenJailDeps {
  /** Path of the jailer's socket. */
  readonly socketPath: string;
  /** Milliseconds within which the jail must be made and, at its end, be gone; 10,000 when left out. */
  readonly answerTimeoutMs?: number;
}

/** Options of opening a jail. */
export interface OpenJailOptions {
  /** Kills the jail when it aborts: what waits for the jail rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * Opens a jail for a job; it is made when this resolves, and may wait for its job. Rejects with `busy`, `jailer_absent`
 * or `jailer_failed`, and only after what was made of the jail is gone.
 */
export function openJail(deps: OpenJailDeps, options: OpenJailOptions = {}): Promise<WaitingJail> {
  return open("job", deps, options);
}

/** Opens a jail in which a package is built; the same errors. */
export function openBuildJail(deps: OpenJailDeps, options: OpenJailOptions = {}): Promise<BuildJail> {
  return open("build", deps, options);
}

async function open(kind: JailKind, deps: OpenJailDeps, { signal }: OpenJailOptions): Promise<JailClient> {
  signal?.throwIfAborted();
  await using acquired = new AsyncDisposableStack();
  const { socketPath, answerTimeoutMs = ANSWER_TIMEOUT_MS } = deps;
  const jail = acquired.use(new JailClient({ socketPath, answerTimeoutMs }));
  if (signal !== undefined) jail.endWith(signal);
  await jail.open(kind);
  acquired.move();
  return jail;
}

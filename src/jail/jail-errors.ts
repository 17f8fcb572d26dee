import { CrankcaseError } from "../errors/crankcase-error.ts";

/** A jailer that died is started again within about a second. */
const RETRY_AFTER_SECONDS = 1;

/** The jail ended before its work was done. */
export function jailLost(message: string, cause?: unknown): CrankcaseError {
  return new CrankcaseError("jail_lost", message, { cause });
}

/** The jailer did not do what it should. */
export function jailerFailed(message: string): CrankcaseError {
  return new CrankcaseError("jailer_failed", message);
}

/** The jailer sent what docs/jailer-protocol.md does not allow. */
export function protocolBroken(how: string): CrankcaseError {
  return jailerFailed(`the jailer broke the protocol: ${how}`);
}

/** Nobody listens on the jailer's socket. */
export function jailerAbsent(cause: unknown): CrankcaseError {
  const retryAfterSeconds = RETRY_AFTER_SECONDS;
  return new CrankcaseError("jailer_absent", "the jailer does not answer", { cause, retryAfterSeconds });
}

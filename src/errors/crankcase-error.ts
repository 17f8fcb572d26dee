import type { Fault } from "./error-entry.ts";
import { type ErrorCode, errorTable } from "./error-table.ts";

/** What an error may say besides its code and message. */
export interface ErrorDetails {
  /** The request's field or the configuration's key at fault, for example `files[0].name`. */
  readonly field?: string;
  /** What would do instead, as a sentence; the native API puts it behind the message. */
  readonly suggestion?: string;
  /** Seconds after which to try again; sent as Retry-After. */
  readonly retryAfterSeconds?: number;
  /** The error below; for the log only. */
  readonly cause?: unknown;
}

/** The one error class: a code of the table, a message for the person at fault, and its details. */
export class CrankcaseError extends Error {
  override readonly name = "CrankcaseError";
  readonly code: ErrorCode;
  readonly field: string | undefined;
  readonly suggestion: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.field = details.field;
    this.suggestion = details.suggestion;
    this.retryAfterSeconds = details.retryAfterSeconds;
  }

  /** Whose fault it is, as the table says. */
  get fault(): Fault {
    return errorTable[this.code].fault;
  }
}

/** Any thrown value as a CrankcaseError: what is not one already is `internal`, with the original as its cause. */
export function toCrankcaseError(thrown: unknown): CrankcaseError {
  if (thrown instanceof CrankcaseError) return thrown;
  return new CrankcaseError("internal", "Something failed inside the server.", { cause: thrown });
}

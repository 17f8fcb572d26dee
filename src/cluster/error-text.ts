import { CrankcaseError } from "../errors/crankcase-error.ts";
import { type ErrorCode, errorTable } from "../errors/error-table.ts";

/** What of an error travels to whoever waits for the job; what it came of stays in the worker's log. */
interface WrittenError {
  readonly code: string;
  readonly message: string;
  readonly field?: string | undefined;
  readonly suggestion?: string | undefined;
  readonly retryAfterSeconds?: number | undefined;
}

/** An error as JSON. */
export function errorText({ code, message, field, suggestion, retryAfterSeconds }: CrankcaseError): string {
  return JSON.stringify({ code, message, field, suggestion, retryAfterSeconds } satisfies WrittenError);
}

/** The same backwards. */
export function errorOfText(text: string): CrankcaseError {
  const { code, message, ...details } = JSON.parse(text) as WrittenError;
  const known = code in errorTable ? (code as ErrorCode) : "internal";
  const given = Object.entries(details).filter(([, value]) => value !== undefined);
  return new CrankcaseError(known, message, Object.fromEntries(given));
}

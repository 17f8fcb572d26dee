import type { ErrorBody } from "../api/error-body.ts";
import type { CrankcaseError } from "../errors/crankcase-error.ts";
import { errorTable } from "../errors/error-table.ts";
import { type StreamWords, withoutOutput } from "./job-stream.ts";
import { errorMessage } from "./packages.ts";

/** How the native API words a job that was followed: its stages have no output, which came before. */
export const NATIVE_WORDS: StreamWords = {
  stage: withoutOutput,
  job: ({ compile, run, ...about }) => ({
    ...about,
    ...(compile === undefined ? {} : { compile: withoutOutput(compile) }),
    ...(run === undefined ? {} : { run: withoutOutput(run) }),
  }),
};

/** An error as the native API words it; `id` is the request's, under which the log has the rest of what is our fault. */
export function nativeErrorBody(error: CrankcaseError, id: string): ErrorBody {
  return {
    code: error.code,
    message:
      error.suggestion === undefined ? errorMessage(error) : `${errorMessage(error)}. ${error.suggestion}`,
    hint: errorTable[error.code].hint,
    ...(error.field === undefined ? {} : { field: error.field }),
    ...(error.fault === "ours" ? { id } : {}),
  };
}

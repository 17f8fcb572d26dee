import { readFile } from "node:fs/promises";
import type { JobRequest } from "../../api/job-request.ts";
import { CrankcaseError } from "../../errors/crankcase-error.ts";
import type { JobOptions } from "../job/job-of.ts";
import type { JudgeOptions } from "../judging/test-options.ts";
import type { ServerOptions } from "./open-jobs-api.ts";

/** Options of `crankcase submit`, as the command line has them. */
export interface SubmitOptions extends ServerOptions, JobOptions, JudgeOptions {
  /** File to read instead of standard input. */
  readonly stdin?: string;
  readonly priority?: number;
  /** Seconds for which the result is kept. */
  readonly ttl?: number;
  readonly retry?: number;
  readonly callback?: string;
  readonly callbackSecretFile?: string;
  readonly idempotencyKey?: string;
  readonly each?: boolean;
  readonly wait?: boolean;
}

/** Variable that holds the secret by which a callback is signed. */
const SECRET_VARIABLE = "CRANKCASE_CALLBACK_SECRET";

/** The fields of a job that say how it is queued. Throws `invalid_command` where a callback has no secret. */
export async function queuingFieldsOf(
  { priority, ttl, retry, callback, callbackSecretFile, idempotencyKey }: SubmitOptions,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Partial<JobRequest>> {
  const secret = callback === undefined ? "" : await secretOf(callbackSecretFile, env);
  return {
    ...(priority === undefined ? {} : { priority }),
    ...(ttl === undefined ? {} : { ttl }),
    ...(retry === undefined ? {} : { retry }),
    ...(callback === undefined ? {} : { callback: { url: callback, secret } }),
    ...(idempotencyKey === undefined ? {} : { idempotency_key: idempotencyKey }),
  };
}

/** Not on the command line, which every user of a machine can see. */
async function secretOf(
  file: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const text =
    file === undefined
      ? (env[SECRET_VARIABLE] ?? "")
      : await readFile(file, "utf8").catch((cause: Error) => {
          throw invalid(`--callback-secret-file cannot be read: ${cause.message}`, cause);
        });
  if (text.trim() !== "") return text.trim();
  throw invalid(`--callback wants a secret to sign with: --callback-secret-file, or ${SECRET_VARIABLE}.`);
}

/** Throws `invalid_command` for options that exclude each other. */
export function requireSoundSubmission(options: SubmitOptions): void {
  const { cases, only, callback, callbackSecretFile, each } = options;
  if (callback === undefined && callbackSecretFile !== undefined) {
    throw invalid("--callback-secret-file wants --callback URL.");
  }
  if (cases.length > 0 && options.stdin !== undefined)
    throw invalid("--cases and --stdin exclude each other.");
  const isJudged = only.length > 0 || options.compare !== undefined || options.stop === true;
  const hasProgram = options.checker !== undefined || options.interactor !== undefined;
  if (cases.length === 0 && (isJudged || hasProgram)) throw invalid("Judging wants --cases FOLDER.");
  if (each === true && options.file.length > 0) throw invalid("--each and --file exclude each other.");
}

function invalid(message: string, cause?: unknown): CrankcaseError {
  return new CrankcaseError("invalid_command", message, cause === undefined ? {} : { cause });
}

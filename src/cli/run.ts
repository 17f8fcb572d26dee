import { isUtf8 } from "node:buffer";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { addAbortSignal } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { JobRequest } from "../api/job-request.ts";
import type { JobResult } from "../api/job-result.ts";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import { createApiClient } from "./api-client.ts";
import type { CliContext } from "./context.ts";
import { OWN_FAILURE } from "./exit-codes.ts";
import { type RunTarget, runTarget } from "./run-operands.ts";
import { runOutcome, stageExitCode } from "./run-outcome.ts";
import { serverAddress } from "./server-address.ts";

/** Options of `crankcase run`. */
export interface RunOptions {
  /** Left out, it is CRANKCASE_URL or this machine's service. */
  readonly url?: string;
  /** Semver range. */
  readonly version?: string;
  readonly json?: boolean;
}

/** `crankcase run`: runs a file on the server and resolves with the program's exit code. Throws what the server answers. */
export async function run(
  operands: readonly string[],
  options: RunOptions,
  context: CliContext,
): Promise<number> {
  const api = createApiClient(await serverAddress(options.url, context.env), context.stop);
  const target = runTarget(operands, await api.runtimes());
  const request = await jobRequest(target, options, context);
  const result = await api.runJob(request);
  return options.json ? showJson(result, context) : show(result, context);
}

async function jobRequest(target: RunTarget, options: RunOptions, context: CliContext): Promise<JobRequest> {
  const content = await programText(target.file);
  const encoding = isUtf8(content) ? "utf8" : "base64";
  return {
    language: target.language,
    ...(options.version === undefined ? {} : { version: options.version }),
    files: [{ name: basename(target.file), content: content.toString(encoding), encoding }],
    args: [...target.args],
    stdin: (await pipedInput(context)).toString("base64"),
    stdin_encoding: "base64",
    output_encoding: options.json ? "utf8" : "base64",
  };
}

async function programText(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new CrankcaseError("invalid_command", `${file} cannot be read: ${(cause as Error).message}`, {
      cause,
    });
  }
}

/** Whatever is piped in; nothing where somebody sits at a terminal. */
async function pipedInput({ stdin, stop }: CliContext): Promise<Buffer> {
  return stdin.isTTY ? Buffer.alloc(0) : await buffer(addAbortSignal(stop, stdin));
}

function show(result: JobResult, { stdout, stderr }: CliContext): number {
  const outcome = runOutcome(result);
  stdout.write(outcome.stdout);
  stderr.write(outcome.stderr);
  return outcome.exitCode;
}

function showJson(result: JobResult, { stdout }: CliContext): number {
  stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  const last = result.run ?? result.compile;
  return last === undefined ? OWN_FAILURE : stageExitCode(last);
}

import type { JobRequest } from "../../api/job-request.ts";
import { type ApiClient, createApiClient } from "../api-client.ts";
import type { CliContext } from "../context.ts";
import { signalExitCode } from "../exit-codes.ts";
import { followJob } from "../job/follow-job.ts";
import { fileBytes, placeOf } from "../job/job-files.ts";
import { jobOf } from "../job/job-of.ts";
import { pipedInput } from "../job/piped-input.ts";
import { type RunTarget, runTarget } from "../job/run-operands.ts";
import { endOf, type ShowDeps, type Shown, showEvents } from "../job/show-events.ts";
import { written } from "../job/written.ts";
import { keyedAddress, type ServerAddress } from "../server-address.ts";
import { rerun } from "./rerun.ts";
import { type RunOptions, requireSound } from "./run-options.ts";
import { omittedText, saveArtifacts } from "./save-artifacts.ts";
import { talk } from "./talk.ts";

/** What all runs of one command share. */
interface Running {
  readonly target: RunTarget;
  readonly options: RunOptions;
  readonly address: ServerAddress;
  /** Piped input, read once. */
  readonly input: Buffer;
}

/** `crankcase run`: runs a file on the server and resolves with the program's exit code. Throws what the server answers. */
export async function run(
  operands: readonly string[],
  options: RunOptions,
  context: CliContext,
): Promise<number> {
  requireSound(options);
  // Whoever writes next is told of a reader that left; without a listener it would end the process in disorder.
  for (const stream of [context.stdout, context.stderr]) stream.on("error", () => undefined);
  const address = await keyedAddress(options, context.env);
  const target = runTarget(operands, await createApiClient(address, context.stop).runtimes());
  const isRead = options.interactive === true || options.stdin !== undefined;
  const input = isRead ? Buffer.alloc(0) : await pipedInput(context);
  const running: Running = { target, options, address, input };
  if (!options.watch) return await runOnce(running, context);
  const paths = [
    target.file,
    ...(await Promise.all(options.file.map(async (it) => (await placeOf(it)).path))),
  ];
  const watched = options.stdin === undefined ? paths : [...paths, options.stdin];
  return await rerun(watched, (each) => runOnce(running, each), context);
}

async function runOnce(running: Running, context: CliContext): Promise<number> {
  try {
    const { exitCode, result, words } = await shown(running, context);
    const { outputDir } = running.options;
    if (outputDir !== undefined) await saveArtifacts(result.artifacts ?? [], outputDir);
    context.stderr.write(words + omittedText(result.artifacts_omitted ?? []));
    return exitCode;
  } catch (thrown) {
    // As a program of this machine's that nobody reads any longer.
    if ((thrown as NodeJS.ErrnoException).code === "EPIPE") return signalExitCode("SIGPIPE");
    throw thrown;
  }
}

async function shown(running: Running, context: CliContext): Promise<Shown> {
  const { target, options, address } = running;
  const job = await jobOf(target, options);
  if (options.interactive) return await talk(address, job, context, statusWriter(options, context, "\r\n"));
  const input = options.stdin === undefined ? running.input : await fileBytes(options.stdin);
  const whole: JobRequest = { ...job, stdin: input.toString("base64"), stdin_encoding: "base64" };
  if (options.json) return await showJson(createApiClient(address, context.stop), whole, context);
  const onStatus = statusWriter(options, context, "\n");
  return await showEvents(followJob(address, whole, context.stop), { ...context, onStatus });
}

async function showJson(api: ApiClient, job: JobRequest, { stdout, stop }: CliContext): Promise<Shown> {
  const result = await api.runJob(job);
  await written(stdout, `${JSON.stringify(result, null, 2)}\n`, stop);
  // Our own words are in it.
  return { result: { ...result, artifacts_omitted: [] }, exitCode: endOf(result).exitCode, words: "" };
}

function statusWriter({ status }: RunOptions, { stderr }: CliContext, end: string): ShowDeps["onStatus"] {
  return status ? (line) => stderr.write(`crankcase: ${line}${end}`) : null;
}

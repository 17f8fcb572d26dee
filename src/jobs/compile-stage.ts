import type { StageResult } from "../api/stage-result.ts";
import type { CompileLead } from "../compiled/compile-cache.ts";
import type { Compiled, CompiledFile } from "../compiled/compiled.ts";
import { ownBytes } from "../compiled/own-bytes.ts";
import type { JobJail, StageRequest } from "../jail/jail.ts";
import { compileKey } from "./compile-key.ts";
import type { JobContext } from "./job-context.ts";
import { succeeded } from "./outcome.ts";
import { readCompiled } from "./read-compiled.ts";
import { type EndedStage, runStage } from "./run-stage.ts";
import { compileRequest } from "./stage-request.ts";
import { tellCompiled } from "./tell-compiled.ts";

/** How a job's compile stage ended, and the jail in which it can run now. */
export interface CompiledJob {
  readonly result: StageResult;
  readonly jail: JobJail;
}

/** How a job's compile stage ended, and what it made; null where that cannot be put into another jail. */
export interface CompiledFiles {
  readonly result: StageResult;
  readonly files: readonly CompiledFile[] | null;
}

/**
 * Compiles a job, or does without where an equal compile is kept, or under way in another job. Only one that went well
 * counts; where that one cannot be kept, each compiles for itself. Rejects like a stage's report, and like `JobContext.openJail`.
 */
export async function compileStage(context: JobContext): Promise<CompiledJob> {
  const compiled = await compileOrFind(context, false);
  if ("jail" in compiled) return compiled;
  const jail = await context.openJail("run", compiled.files);
  return { jail, result: await tellCompiled(compiled, context) };
}

/** The same for a job whose run stages have jails of their own. */
export async function compileFiles(context: JobContext): Promise<CompiledFiles> {
  const compiled = await compileOrFind(context, true);
  if ("jail" in compiled) return compiled;
  return { files: compiled.files, result: await tellCompiled(compiled, context) };
}

/** What was compiled just now, in its jail, with what it made where that is wanted or kept; or what an equal compile made. */
async function compileOrFind(
  context: JobContext,
  isWanted: boolean,
): Promise<(CompiledJob & CompiledFiles) | Compiled> {
  const { job, deps, call, clock } = context;
  const request = compileRequest(job, call.input);
  const key = await keyOf(context, request, deps.compiles?.identifyRecently);
  for (;;) {
    const find = () => deps.compiles?.cache.find(key ?? "", call.signal);
    const found = key === null ? "alone" : await clock.measure("compile", async () => await find());
    if (typeof found === "object") return found;
    await using _admission = await clock.measure("queue", () => deps.slots.admit("compile", call.signal));
    if (key === null || found !== "none") {
      deps.compiles?.cache.countMiss();
      return await compile(context, request, { isWanted });
    }
    // Who has begun or ended it while this one waited for its admission is waited for without one.
    using lead = deps.compiles?.cache.begin(key) ?? null;
    if (lead !== null) return await compile(context, request, { isWanted, led: { key, lead } });
  }
}

/** The compile's key; null where there is no cache, or the command lines cannot be read: they may be changing just now. */
async function keyOf(
  { job, deps }: JobContext,
  request: StageRequest,
  identify = deps.compiles?.identify,
): Promise<string | null> {
  if (deps.compiles === null || identify === undefined) return null;
  const commandLines = await identify(job.runtime.executioner).catch(() => null);
  return commandLines === null ? null : compileKey(job, request, { host: deps.compiles.host, commandLines });
}

/** The compile that others may be waiting for. */
interface Led {
  readonly key: string;
  readonly lead: CompileLead;
}

/** For whom what a compile makes is read back. */
interface Readers {
  /** For the job itself. */
  readonly isWanted: boolean;
  readonly led?: Led;
}

async function compile(
  context: JobContext,
  request: StageRequest,
  { isWanted, led }: Readers,
): Promise<CompiledJob & CompiledFiles> {
  const jail = await context.openJail("compile", []);
  const ended = await runStage("compile", context, jail, request);
  const isKept = led !== undefined && !ended.report.processLimitHit;
  const isRead = succeeded(ended.result) && (isWanted || isKept);
  const read = () => readCompiled(jail, context.job.submission);
  // Before the job runs, which may change it.
  const files = isRead ? await context.clock.measure("compile", read) : null;
  if (led !== undefined) await hand(led, context, { request, ended, files: isKept ? files : null });
  await context.call.follower?.stageEnded("compile", ended.result);
  return { result: ended.result, jail, files };
}

/** A compile that is over, and what it made; null where that is not kept. */
interface Made {
  readonly request: StageRequest;
  readonly ended: EndedStage;
  readonly files: readonly CompiledFile[] | null;
}

/** Hands what a compile made to those who wait for it and those who come. */
async function hand({ key, lead }: Led, context: JobContext, { request, ended, files }: Made): Promise<void> {
  // The command lines may have changed between the first look and the compile.
  if (files === null || (await keyOf(context, request)) !== key) return lead.refuse();
  // Copies: pieces of output are parts of what was read from the jailer's socket.
  const output = ended.chunks.map(({ stream, data }) => ({ stream, data: ownBytes(data) }));
  lead.keep({ output, files });
}

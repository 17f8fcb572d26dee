import type { Workflow } from "../../api/workflow.ts";
import { CrankcaseError } from "../../errors/crankcase-error.ts";
import type { CliContext } from "../context.ts";
import { written } from "../job/written.ts";
import type { JobsApi } from "../queued/jobs-api.ts";
import { openJobsApi, type ServerOptions } from "../queued/open-jobs-api.ts";
import { watchWorkflow } from "./watch-workflow.ts";
import { readWorkflow } from "./workflow-file.ts";
import { endLines } from "./workflow-lines.ts";
import { openWorkflowsApi, type WorkflowsApi } from "./workflows-api.ts";

/** Options of `crankcase workflow run`. */
export interface RunWorkflowOptions extends ServerOptions {
  readonly json?: boolean;
  /** Name of a step. */
  readonly print?: string;
  /** False: the id is printed, and nobody waits. */
  readonly wait?: boolean;
  readonly cancelOnInterrupt?: boolean;
}

/** A server that was just there answers soon. */
const CANCEL_MS = 10_000;

/** `crankcase workflow run`: submits a workflow and shows how it goes on; 0 where it succeeded, else 1. */
export async function runWorkflow(
  file: string,
  options: RunWorkflowOptions,
  context: CliContext,
): Promise<number> {
  const { stdout, stderr, stop } = context;
  const request = await readWorkflow(file);
  if (options.print !== undefined) requireStep(request, options.print);
  const api = await openWorkflowsApi(options, context, stop);
  const { workflow, isNew } = await api.submit(request);
  if (!isNew) stderr.write(`crankcase: submitted before: ${workflow.state}\n`);
  if (options.wait === false) {
    stdout.write(options.json === true ? `${JSON.stringify(workflow, null, 2)}\n` : `${workflow.id}\n`);
    return 0;
  }
  const ended = await watched(workflow, api, options, context);
  return await told(ended, options, context);
}

/** Shows how one that is over ended; its exit code. */
export async function told(
  workflow: Workflow,
  { json, print, ...server }: RunWorkflowOptions,
  context: CliContext,
): Promise<number> {
  const { stdout, stderr, stop } = context;
  if (json === true) await written(stdout, `${JSON.stringify(workflow, null, 2)}\n`, stop);
  else for (const line of endLines(workflow)) stderr.write(`${line}\n`);
  if (print !== undefined) await printStep(workflow, print, await openJobsApi(server, context), context);
  return workflow.state === "succeeded" ? 0 : 1;
}

async function watched(
  workflow: Workflow,
  api: WorkflowsApi,
  options: RunWorkflowOptions,
  context: CliContext,
): Promise<Workflow> {
  const { stderr, stop } = context;
  try {
    return await watchWorkflow(workflow, api, context);
  } catch (error) {
    if (!stop.aborted) throw error;
    if (options.cancelOnInterrupt === true) {
      const patient = await openWorkflowsApi(options, context, AbortSignal.timeout(CANCEL_MS));
      const { state } = await patient.cancel(workflow.id);
      stderr.write(`crankcase: workflow ${workflow.id}: ${state}\n`);
    } else {
      stderr.write(`crankcase: workflow ${workflow.id} goes on; follow it, or end it:\n`);
      stderr.write(`  crankcase workflow show --follow ${workflow.id}\n`);
      stderr.write(`  crankcase workflow cancel ${workflow.id}\n`);
    }
    throw error;
  }
}

/** What a step's jobs wrote to stdout, in their order. */
async function printStep(
  { steps = [] }: Workflow,
  name: string,
  api: JobsApi,
  { stdout, stop }: CliContext,
): Promise<void> {
  const { items = [] } = steps.find((step) => step.name === name) ?? {};
  for (const { job } of items) {
    if (job === null) continue;
    const { result } = await api.find(job);
    await written(stdout, result?.run?.stdout ?? "", stop);
  }
}

function requireStep(request: object, name: string): void {
  const { steps } = request as { readonly steps: readonly { readonly name?: unknown }[] };
  if (steps.some((step) => step?.name === name)) return;
  throw new CrankcaseError("invalid_command", `--print wants the name of a step, and there is no ${name}.`);
}

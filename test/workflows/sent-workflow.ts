import type { Workflow, WorkflowStepState } from "../../src/api/workflow.ts";
import { native } from "../queue/native.ts";

/** Limits for a machine that is busy. */
export const PATIENT = { run: { default: { wall_time_ms: 60_000, cpu_time_ms: 30_000 } } };

/** A shell script as a step. */
export function step(name: string, content: string, rest: object = {}, job: object = {}): object {
  return { name, job: { language: "bash", files: [{ content }], ...job }, ...rest };
}

/** Submits a workflow; it must be accepted. */
export async function sent(url: string, steps: readonly object[], rest: object = {}): Promise<Workflow> {
  const { status, body } = await native(url, "POST", "/workflows", { body: { steps, ...rest } });
  if (status !== 202) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body;
}

/** The workflow once it is over. */
export async function ended(url: string, id: string): Promise<Workflow> {
  for (;;) {
    const { status, body } = await native(url, "GET", `/workflows/${id}?wait=30`);
    if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
    if (body.state !== "running") return body;
  }
}

/** A workflow that was submitted and is over. */
export async function ran(url: string, steps: readonly object[], rest: object = {}): Promise<Workflow> {
  return await ended(url, (await sent(url, steps, rest)).id);
}

/** One of its steps. */
export function stepOf({ steps = [] }: Workflow, name: string): WorkflowStepState {
  const found = steps.find((it) => it.name === name);
  if (found === undefined) throw new Error(`there is no step ${name}`);
  return found;
}

/** What each of a step's jobs wrote to stdout, in their order. */
export async function outputs(url: string, workflow: Workflow, name: string): Promise<string[]> {
  const texts: string[] = [];
  for (const { job } of stepOf(workflow, name).items) {
    const { body } = await native(url, "GET", `/jobs/${job}`);
    texts.push(body.result?.run?.stdout ?? `no result: ${body.state}`);
  }
  return texts;
}

/** The state of each step, by name. */
export function states({ steps = [] }: Workflow): Record<string, string> {
  return Object.fromEntries(steps.map(({ name, state }) => [name, state]));
}

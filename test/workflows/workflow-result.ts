import type { Workflow } from "../../src/api/workflow.ts";
import { native } from "../queue/native.ts";
import { outputs } from "./sent-workflow.ts";

/** Where it stands; null while the server starts again. */
export async function look(url: string, id: string): Promise<Workflow | null> {
  const answer = await native(url, "GET", `/workflows/${id}`).catch(() => null);
  return answer?.status === 200 ? answer.body : null;
}

/** Jobs of it that are over. */
export function overJobs(workflow: Workflow | null): number {
  const items = workflow?.steps?.flatMap((it) => it.items) ?? [];
  return items.filter(({ state }) => state === "succeeded" || state === "failed").length;
}

/** All that a workflow came to, but for ids, times and tries. */
export async function resultOf(url: string, workflow: Workflow): Promise<object> {
  const found: Record<string, unknown> = {};
  for (const { name, state, items } of workflow.steps ?? []) {
    const texts = state === "succeeded" ? await outputs(url, workflow, name) : [];
    found[name] = { state, items: items.map((it) => it.state), texts };
  }
  return { state: workflow.state, found };
}

import type { Workflow } from "../../api/workflow.ts";
import { API, answerOf, type Caller, createCaller, jsonBody } from "../api-call.ts";
import type { CliContext } from "../context.ts";
import type { ServerOptions } from "../queued/open-jobs-api.ts";
import { keyedAddress } from "../server-address.ts";

/** The routes of workflows. Every call throws what the server answers, or `server_unreachable`. */
export interface WorkflowsApi {
  readonly url: string;
  /** Leaves a workflow to the server; `isNew` is false where an earlier one had its idempotency key. */
  submit(workflow: object): Promise<{ readonly workflow: Workflow; readonly isNew: boolean }>;
  /** The caller's own, newest first, without steps. */
  list(filter: WorkflowFilter): Promise<readonly Workflow[]>;
  find(id: string): Promise<Workflow>;
  /** Ends it; one that is over stays as it is. */
  cancel(id: string): Promise<Workflow>;
  /** What happens to it, a line of JSON for each event. */
  events(id: string): Promise<Response>;
}

/** Which workflows to list. */
export interface WorkflowFilter {
  readonly state?: Workflow["state"];
  readonly limit?: number;
}

/** Makes one of a caller. */
export function createWorkflowsApi({ url, send, call }: Caller): WorkflowsApi {
  const path = (id: string) => `workflows/${encodeURIComponent(id)}`;
  return {
    url,
    async submit(workflow) {
      const response = await send(`${API}workflows`, jsonBody("POST", workflow));
      // 200 is what the key of an earlier one is answered with, 202 a new one.
      return { workflow: (await answerOf(url, response)) as Workflow, isNew: response.status !== 200 };
    },
    async list({ state, limit }) {
      const query = new URLSearchParams();
      if (state !== undefined) query.set("state", state);
      if (limit !== undefined) query.set("limit", String(limit));
      const body = await call(query.size === 0 ? "workflows" : `workflows?${query}`);
      return (body as { readonly workflows: readonly Workflow[] }).workflows;
    },
    find: async (id) => (await call(path(id))) as Workflow,
    cancel: async (id) => (await call(path(id), { method: "DELETE", isLong: true })) as Workflow,
    events: (id) =>
      send(`${API}${path(id)}/events`, { headers: { accept: "application/x-ndjson" }, isLong: true }),
  };
}

/** The workflows of the server that a command line names. Throws `invalid_command` for what is no address or no key. */
export async function openWorkflowsApi(
  options: ServerOptions,
  { env }: Pick<CliContext, "env">,
  stop: AbortSignal,
): Promise<WorkflowsApi> {
  return createWorkflowsApi(createCaller(await keyedAddress(options, env), stop));
}

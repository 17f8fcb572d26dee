import { languageNames } from "../../api/language-names.ts";
import { createCaller } from "../api-call.ts";
import { createApiClient } from "../api-client.ts";
import type { CliContext } from "../context.ts";
import { createJobsApi } from "../queued/jobs-api.ts";
import { serverAddress } from "../server-address.ts";
import { createWorkflowsApi } from "../workflows/workflows-api.ts";

/** What a server can be asked for. */
export type ServerNames = "languages" | "packages" | "jobs" | "workflows";

/** Somebody waits with a finger on Tab. */
const PATIENCE_MS = 500;

/** Names that the server knows; none where it does not say so at once. */
export async function serverNames(kind: ServerNames, { env, stop }: CliContext): Promise<string[]> {
  const signal = AbortSignal.any([stop, AbortSignal.timeout(PATIENCE_MS)]);
  try {
    const address = await serverAddress(undefined, env);
    if (kind === "jobs") {
      const jobs = await createJobsApi(createCaller(address, signal)).list({});
      return jobs.map(({ id }) => id);
    }
    if (kind === "workflows") {
      const workflows = await createWorkflowsApi(createCaller(address, signal)).list({});
      return workflows.map(({ id }) => id);
    }
    const api = createApiClient(address, signal);
    const names =
      kind === "languages"
        ? languageNames(await api.runtimes())
        : (await api.packages()).map(({ name }) => name);
    return [...new Set(names)].sort();
  } catch {
    return [];
  }
}

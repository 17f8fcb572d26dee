import { CrankcaseError } from "../errors/crankcase-error.ts";
import { errorTable } from "../errors/error-table.ts";
import { type ApiClient, createApiClient } from "./api-client.ts";
import type { CliContext } from "./context.ts";
import { findKeeper } from "./find-keeper.ts";
import { serverAddress } from "./server-address.ts";
import type { StatusReport } from "./status-report.ts";
import { statusText } from "./status-text.ts";

/** Options of `crankcase status`. */
export interface StatusOptions {
  readonly url?: string;
  readonly json?: boolean;
}

/** A server that serves answers this at once, whatever it runs. */
const PATIENCE_MS = 10_000;

/** `crankcase status`: tells how the server is doing; the exit code is 0 when it serves, otherwise 1. */
export async function status({ url, json }: StatusOptions, context: CliContext): Promise<number> {
  const address = await serverAddress(url, context.env);
  const patience = AbortSignal.timeout(PATIENCE_MS);
  const api = createApiClient(address, AbortSignal.any([context.stop, patience]));
  const service = address.isOwn ? await findKeeper() : null;
  const answer = await ask(api).catch((error: unknown) => {
    if (context.stop.aborted) throw error;
    return { ...SILENCE, ...problemOf(error, address.url) };
  });
  const hint = answer.serves || service === null ? answer.hint : service.hint;
  const report: StatusReport = { ...answer, service, url: address.url, hint };
  context.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : statusText(report, new Date()));
  return report.serves ? 0 : 1;
}

type Answer = Omit<StatusReport, "service" | "url">;

const SILENCE = { serves: false, health: null, server: null } as const;

async function ask(api: ApiClient): Promise<Answer> {
  const health = await api.health();
  const serves = health.status === "ok";
  const problem = serves ? null : "The server is stopping.";
  try {
    return { serves, health, server: await api.status(), problem, hint: null };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return {
      serves,
      health,
      server: null,
      problem: problem ?? error.message,
      hint: errorTable[error.code].hint,
    };
  }
}

/** Whether the server serves, and only not us: it wants a key, or another one. */
function isRefusal(error: unknown): error is CrankcaseError {
  return error instanceof CrankcaseError && ["unauthorized", "forbidden"].includes(error.code);
}

function problemOf(error: unknown, url: string): Pick<Answer, "problem" | "hint"> {
  if (error instanceof CrankcaseError) return { problem: error.message, hint: errorTable[error.code].hint };
  if ((error as Error).name !== "TimeoutError") throw error;
  const problem = `${url} does not answer within ${PATIENCE_MS / 1000} seconds.`;
  return { problem, hint: errorTable.server_unreachable.hint };
}

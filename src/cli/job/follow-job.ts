import type { ErrorBody } from "../../api/error-body.ts";
import type { JobRequest } from "../../api/job-request.ts";
import { CrankcaseError } from "../../errors/crankcase-error.ts";
import { answerOf, reach, refusal } from "../api-call.ts";
import type { ServerAddress } from "../server-address.ts";
import type { JobEvent } from "./job-event.ts";
import { linesOf } from "./lines-of.ts";

/**
 * Runs a job and yields what the server tells of it, up to the result. Nothing is read ahead: who takes the events slowly
 * holds the program back. Throws what the server answers instead, or `server_unreachable`.
 */
export async function* followJob(
  address: Pick<ServerAddress, "url" | "socket" | "key">,
  job: JobRequest,
  signal: AbortSignal,
): AsyncGenerator<JobEvent> {
  const { url, key } = address;
  const headers: Record<string, string> = {
    "content-type": "application/json",
    accept: "application/x-ndjson",
    ...(key === null ? {} : { authorization: `Bearer ${key}` }),
  };
  const init = { method: "POST", headers, body: JSON.stringify(job), isLong: true, signal };
  const response = await reach(address, "/api/crankcase/v1/jobs", init);
  if (!response.ok || response.body === null) await answerOf(url, response);
  try {
    for await (const line of linesOf(response.body ?? [])) {
      const event = JSON.parse(line) as JobEvent | ({ readonly event: "error" } & ErrorBody);
      if (event.event === "error") throw refusal(url, response.status, event);
      yield event;
      if (event.event === "result") return;
    }
  } catch (cause) {
    if (signal.aborted || cause instanceof CrankcaseError) throw cause;
    throw endedEarly(url, cause);
  }
  throw endedEarly(url);
}

/** The server went away with the job. */
export function endedEarly(url: string, cause?: unknown): CrankcaseError {
  const message = `${url} ended its answer too early: the server was stopped or died, and the job with it`;
  return new CrankcaseError("server_unreachable", message, { cause });
}

import type { JobRequest } from "../../api/job-request.ts";
import { API, createCaller, jsonBody } from "../api-call.ts";
import type { ServerAddress } from "../server-address.ts";
import { eventsOf } from "./events-of.ts";
import type { JobEvent } from "./job-event.ts";

/**
 * Runs a job and yields what the server tells of it, up to the result. Nothing is read ahead: who takes the events slowly
 * holds the program back. Throws what the server answers instead, or `server_unreachable`.
 */
export async function* followJob(
  address: Pick<ServerAddress, "url" | "socket" | "key">,
  job: JobRequest,
  signal: AbortSignal,
): AsyncGenerator<JobEvent> {
  const { send, url } = createCaller(address, signal);
  const { headers, ...body } = jsonBody("POST", job);
  const asEvents = { ...headers, accept: "application/x-ndjson" };
  const response = await send(`${API}jobs`, { ...body, headers: asEvents, isLong: true });
  yield* eventsOf<JobEvent>(url, response, signal);
}

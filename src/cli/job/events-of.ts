import type { ErrorBody } from "../../api/error-body.ts";
import { CrankcaseError } from "../../errors/crankcase-error.ts";
import { answerOf, refusal } from "../api-call.ts";
import { linesOf } from "./lines-of.ts";

/**
 * Yields what an answer tells, an event a line, up to the result. Nothing is read ahead: who takes the events slowly holds the
 * server back. Throws what the server says instead, or `server_unreachable` where it ends too early.
 */
export async function* eventsOf<Event extends { readonly event: string }>(
  url: string,
  response: Response,
  signal: AbortSignal,
): AsyncGenerator<Event> {
  if (!response.ok || response.body === null) await answerOf(url, response);
  try {
    for await (const line of linesOf(response.body ?? [])) {
      const event = JSON.parse(line) as Event | ({ readonly event: "error" } & ErrorBody);
      if (isError(event)) throw refusal(url, response.status, event);
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

function isError(event: { readonly event: string }): event is { readonly event: "error" } & ErrorBody {
  return event.event === "error";
}

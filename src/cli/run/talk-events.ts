import { once } from "node:events";
import type { WebSocket } from "ws";
import type { ErrorBody } from "../../api/error-body.ts";
import { CrankcaseError } from "../../errors/crankcase-error.ts";
import { refusal } from "../api-call.ts";
import { endedEarly } from "../job/events-of.ts";
import type { JobEvent, StageName } from "../job/job-event.ts";

/** With this many messages not yet taken the server is not read any longer. */
const MOST_WAITING = 64;

/** RFC 6455, section 7.4.1: a message that was too big. */
const TOO_BIG = 1009;

interface Message {
  readonly type: string;
}

/**
 * Yields what the server tells of the job over a WebSocket, up to the result. Who takes the events slowly holds the program
 * back. Throws what the server says instead, or `server_unreachable` where it goes away.
 */
export async function* talkEvents(
  socket: WebSocket,
  url: string,
  signal: AbortSignal,
): AsyncGenerator<JobEvent> {
  const waiting: string[] = [];
  const arrivals = new EventTarget();
  let closedWith: number | null = null;
  socket.on("message", (data) => {
    waiting.push(String(data));
    if (waiting.length >= MOST_WAITING) socket.pause();
    arrivals.dispatchEvent(new Event("arrival"));
  });
  socket.once("close", (code) => {
    closedWith = code;
    arrivals.dispatchEvent(new Event("arrival"));
  });
  let stage: StageName = "run";
  while (true) {
    signal.throwIfAborted();
    const text = waiting.shift();
    if (text === undefined) {
      if (closedWith !== null) throw closed(url, closedWith);
      socket.resume();
      await once(arrivals, "arrival", { signal });
      continue;
    }
    const event = eventOf(JSON.parse(text), stage, url);
    if (event.event === "stage") stage = event.stage;
    yield event;
    if (event.event === "result") return;
  }
}

/** The WebSocket has its own names for what events over HTTP are called. */
function eventOf({ type, ...fields }: Message, stage: StageName, url: string): JobEvent {
  if (type === "error") throw refusal(url, 0, fields as Partial<ErrorBody>);
  if (type === "data") return { event: "output", stage, ...fields } as JobEvent;
  return { event: type, ...fields } as JobEvent;
}

function closed(url: string, code: number): CrankcaseError {
  if (code !== TOO_BIG) return endedEarly(url);
  const message = `${url} hung up: the files together are larger than its body_limit_bytes.`;
  return new CrankcaseError("body_too_large", message);
}

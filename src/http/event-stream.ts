import { PassThrough } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Logger } from "pino";
import { type CrankcaseError, toCrankcaseError } from "../errors/crankcase-error.ts";
import { clientSignal } from "./client-signal.ts";
import { roomIn } from "./room-in.ts";

/** How events are written: as server-sent events, or one JSON object a line. */
export type EventFormat = "text/event-stream" | "application/x-ndjson";

/** A comment that goes out so often, in milliseconds, lest a proxy takes a quiet program for a dead one. */
const HEARTBEAT_MS = 15_000;

/** Which format a caller asks for in its Accept header; null for a plain answer. */
export function wantedStream({ headers }: FastifyRequest): EventFormat | null {
  const accepted = (headers.accept ?? "").split(",").map((part) => part.split(";", 1).join("").trim());
  const formats: readonly EventFormat[] = ["text/event-stream", "application/x-ndjson"];
  return formats.find((format) => accepted.includes(format)) ?? null;
}

/** Sends one event. A promise settles when the reader has made room for more, or is gone; it never rejects. */
export type SendEvent = (event: string, data: object) => void | Promise<void>;

/** Work that tells what happens. The signal aborts when the caller hangs up. */
export type TellingWork = (send: SendEvent, signal: AbortSignal) => Promise<object>;

/** Who hears of a failure, and when the answer begins. */
export interface EventStreamOptions {
  readonly log: Logger;
  /** The caller hears of a failure in the words of its API. */
  readonly errorBody: (error: CrankcaseError, id: string) => object;
  /** The answer begins before the first event. */
  readonly atOnce?: boolean;
}

/**
 * Answers with a stream of the events that the work sends, and at the end `result` or `error`. What fails before the first
 * event is thrown, so that it has its own status. Who hangs up, or reads nothing for a minute, ends the work.
 */
export async function sendEvents(
  reply: FastifyReply,
  format: EventFormat,
  work: TellingWork,
  { log, errorBody, atOnce = false }: EventStreamOptions,
): Promise<FastifyReply> {
  const signal = clientSignal(reply);
  const stream = new PassThrough();
  using events = eventWriter(reply, format, stream);
  if (atOnce) events.begin();
  try {
    await events.send("result", await work(events.send, signal));
  } catch (thrown) {
    if (!events.begun) throw thrown;
    const { id } = reply.request;
    const error = toCrankcaseError(thrown);
    if (error.fault === "ours") log.error({ id, err: error }, "request failed");
    await events.send("error", errorBody(error, id));
  }
  stream.end();
  return reply;
}

interface EventWriter extends Disposable {
  readonly begun: boolean;
  begin(): void;
  readonly send: SendEvent;
}

function eventWriter(reply: FastifyReply, format: EventFormat, stream: PassThrough): EventWriter {
  let heartbeat: NodeJS.Timeout | undefined;
  let begun = false;
  let room: Promise<void> | undefined;
  const begin = () => {
    if (begun) return;
    begun = true;
    // nginx keeps an answer back until it has a buffer full, unless told not to.
    reply.headers({ "content-type": format, "cache-control": "no-store", "x-accel-buffering": "no" });
    reply.send(stream);
    if (format === "text/event-stream") heartbeat = setInterval(() => beat(stream), HEARTBEAT_MS);
  };
  return {
    get begun() {
      return begun;
    },
    begin,
    send(event, data) {
      begin();
      if (stream.destroyed) return undefined;
      heartbeat?.refresh();
      if (stream.write(eventText(format, event, data))) return undefined;
      room ??= roomIn(stream).finally(() => {
        room = undefined;
      });
      return room;
    },
    [Symbol.dispose]: () => clearInterval(heartbeat),
  };
}

function beat(stream: PassThrough): void {
  if (!stream.destroyed && !stream.writableNeedDrain) stream.write(":\n\n");
}

function eventText(format: EventFormat, event: string, data: object): string {
  if (format === "application/x-ndjson") return `${JSON.stringify({ event, ...data })}\n`;
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

import { PassThrough } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Logger } from "pino";
import type { CrankcaseError } from "../errors/crankcase-error.ts";
import { toCrankcaseError } from "../errors/crankcase-error.ts";
import type { Progress } from "../packages/progress.ts";

/** How events are written: as server-sent events, or one JSON object a line. */
type Format = "text/event-stream" | "application/x-ndjson";

/** Which of the two a caller asks for in its Accept header; null for a plain answer. */
export function wantedStream({ headers }: FastifyRequest): Format | null {
  const accepted = (headers.accept ?? "").split(",").map((part) => part.split(";", 1).join("").trim());
  const formats: readonly Format[] = ["text/event-stream", "application/x-ndjson"];
  return formats.find((format) => accepted.includes(format)) ?? null;
}

/** Work that tells of its progress. */
export type ProgressingWork = (progress: Progress, signal: AbortSignal) => Promise<object>;

/** Who hears of a failure: the log, and the caller in the words of its API. */
export interface StreamOptions {
  readonly log: Logger;
  /** Ends the work where the server itself does. */
  readonly ended: AbortSignal;
  readonly errorBody: (error: CrankcaseError, id: string) => object;
}

/**
 * Answers with a stream of events while the work lasts: `progress` for each step that starts, ends or gets on, and at the
 * end `result` or `error`. Who hangs up ends the work.
 */
export function sendProgress(
  reply: FastifyReply,
  format: Format,
  work: ProgressingWork,
  { log, errorBody, ended }: StreamOptions,
): FastifyReply {
  const stream = new PassThrough();
  const hungUp = new AbortController();
  reply.raw.once("close", () => hungUp.abort(new Error("the caller hung up")));
  const send = (event: string, data: object) => stream.write(eventText(format, event, data));
  work(progressEvents(send), AbortSignal.any([hungUp.signal, ended]))
    .then(
      (result) => send("result", result),
      (thrown: unknown) => {
        const { id } = reply.request;
        const error = toCrankcaseError(thrown);
        if (error.fault === "ours") log.error({ id, err: error }, "request failed");
        send("error", errorBody(error, id));
      },
    )
    .finally(() => stream.end());
  return reply.header("content-type", format).header("cache-control", "no-store").send(stream);
}

function eventText(format: Format, event: string, data: object): string {
  if (format === "application/x-ndjson") return `${JSON.stringify({ event, ...data })}\n`;
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

function progressEvents(send: (event: string, data: object) => void): Progress {
  return {
    line: (text) => send("progress", { step: text, state: "done" }),
    amount: (step, done, total) =>
      send("progress", { step, state: "running", bytes: done, bytes_total: total }),
    async step(step, run, told) {
      send("progress", { step, state: "started" });
      const start = performance.now();
      const seconds = () => Math.round(performance.now() - start) / 1000;
      try {
        const result = await run();
        const note = await told?.(result);
        send("progress", {
          step,
          state: "done",
          seconds: seconds(),
          ...(note === undefined ? {} : { note }),
        });
        return result;
      } catch (error) {
        send("progress", { step, state: "failed", seconds: seconds() });
        throw error;
      }
    },
  };
}

import type { FastifyReply } from "fastify";
import type { Progress } from "../packages/progress.ts";
import { type EventFormat, type EventStreamOptions, type SendEvent, sendEvents } from "./event-stream.ts";

/** Work that tells of its progress. */
export type ProgressingWork = (progress: Progress, signal: AbortSignal) => Promise<object>;

/** Who hears of a failure, and when the work ends. */
export interface ProgressOptions extends EventStreamOptions {
  /** Ends the work where the server itself does. */
  readonly ended: AbortSignal;
}

/**
 * Answers at once with a stream of events while the work lasts: `progress` for each step that starts, ends or gets on, and
 * at the end `result` or `error`. Who hangs up ends the work.
 */
export function sendProgress(
  reply: FastifyReply,
  format: EventFormat,
  work: ProgressingWork,
  { ended, ...options }: ProgressOptions,
): Promise<FastifyReply> {
  const telling = (send: SendEvent, hungUp: AbortSignal) =>
    work(progressEvents(send), AbortSignal.any([hungUp, ended]));
  return sendEvents(reply, format, telling, { ...options, atOnce: true });
}

function progressEvents(send: SendEvent): Progress {
  return {
    line: (text) => void send("progress", { step: text, state: "done" }),
    amount: (step, done, total) =>
      void send("progress", { step, state: "running", bytes: done, bytes_total: total }),
    async step(step, run, told) {
      void send("progress", { step, state: "started" });
      const start = performance.now();
      const seconds = () => Math.round(performance.now() - start) / 1000;
      try {
        const result = await run();
        const note = await told?.(result);
        void send("progress", {
          step,
          state: "done",
          seconds: seconds(),
          ...(note === undefined ? {} : { note }),
        });
        return result;
      } catch (error) {
        void send("progress", { step, state: "failed", seconds: seconds() });
        throw error;
      }
    },
  };
}

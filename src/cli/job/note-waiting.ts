import type { JobEvent } from "./job-event.ts";

/** Sooner than this nobody wonders. */
const PATIENCE_MS = 2_000;

/** Tells a person at a terminal that the job waits for its turn, where the first event is long in coming. */
export async function* noteWaiting(
  events: AsyncIterable<JobEvent>,
  stderr: NodeJS.WritableStream & { readonly isTTY?: boolean },
): AsyncGenerator<JobEvent> {
  const note = () => stderr.write("crankcase: waiting for a free slot of the server\n");
  const timer = stderr.isTTY ? setTimeout(note, PATIENCE_MS) : undefined;
  try {
    for await (const event of events) {
      clearTimeout(timer);
      yield event;
    }
  } finally {
    clearTimeout(timer);
  }
}

import type { Writable } from "node:stream";

/** A reader that takes nothing for so long, in milliseconds, is given up: what it holds back is somebody's slot. */
export const STALL_MS = 60_000;

/** Settles when a stream that is full has room again or is closed. One that stays full for a minute is destroyed. */
export function roomIn(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    const stalled = setTimeout(() => stream.destroy(new Error("nobody reads the answer")), STALL_MS);
    const done = () => {
      clearTimeout(stalled);
      stream.off("drain", done);
      stream.off("close", done);
      resolve();
    };
    stream.once("drain", done);
    stream.once("close", done);
  });
}

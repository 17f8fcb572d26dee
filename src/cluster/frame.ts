import type { StageResult } from "../api/stage-result.ts";
import type { TestcaseResult } from "../api/testcases-result.ts";
import type { TerminalSize } from "../jail/jail.ts";
import type { StageName } from "../jobs/job-follower.ts";

/** One thing that a job tells, or is told, on its way through the store. Those with bytes have them beside it. */
export type Frame =
  // What a job tells.
  | { readonly type: "runtime"; readonly language: string; readonly version: string }
  | { readonly type: "stage"; readonly stage: StageName }
  | { readonly type: "output"; readonly stage: StageName; readonly stream: "stdout" | "stderr" }
  | { readonly type: "exit"; readonly stage: StageName; readonly result: StageResult }
  | { readonly type: "case"; readonly result: TestcaseResult }
  | { readonly type: "over" }
  // What its caller sends it.
  | { readonly type: "input" }
  | { readonly type: "eof" }
  | { readonly type: "signal"; readonly signal: number }
  | { readonly type: "resize"; readonly size: TerminalSize }
  // How much of the other direction was taken since the beginning (frameCost).
  | { readonly type: "taken"; readonly cost: number };

/** A frame and its bytes, which are empty where its type has none. */
export interface FrameWithBytes {
  readonly frame: Frame;
  readonly bytes: Buffer;
}

const NONE = Buffer.alloc(0);
const LENGTHS = 8;

/** Frames one behind the other: the length of each one's JSON and of its bytes (32 bits, big-endian), then these two. Pure. */
export function encodeFrames(frames: readonly FrameWithBytes[]): Buffer {
  return Buffer.concat(
    frames.flatMap(({ frame, bytes }) => {
      const json = Buffer.from(JSON.stringify(frame));
      const lengths = Buffer.allocUnsafe(LENGTHS);
      lengths.writeUInt32BE(json.length, 0);
      lengths.writeUInt32BE(bytes.length, LENGTHS / 2);
      return [lengths, json, bytes];
    }),
  );
}

/** The same backwards. Throws RangeError or SyntaxError for what `encodeFrames` has not made. */
export function decodeFrames(encoded: Buffer): FrameWithBytes[] {
  const frames: FrameWithBytes[] = [];
  for (let at = 0; at < encoded.length; ) {
    const jsonEnd = at + LENGTHS + encoded.readUInt32BE(at);
    const end = jsonEnd + encoded.readUInt32BE(at + LENGTHS / 2);
    if (end > encoded.length) throw new RangeError("a frame is cut off");
    const frame = JSON.parse(encoded.toString("utf8", at + LENGTHS, jsonEnd)) as Frame;
    frames.push({ frame, bytes: encoded.subarray(jsonEnd, end) });
    at = end;
  }
  return frames;
}

/** What a frame takes besides its bytes, about: many small ones are bounded too. */
const FRAME_COST = 64;

/** What a frame counts of a window: what only tells how much was taken takes nothing of it. */
export function frameCost({ frame, bytes }: FrameWithBytes): number {
  return frame.type === "taken" ? 0 : bytes.length + FRAME_COST;
}

/** A frame without bytes. */
export function bare(frame: Frame): FrameWithBytes {
  return { frame, bytes: NONE };
}

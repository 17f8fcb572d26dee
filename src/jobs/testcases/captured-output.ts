import type { OnOutput } from "../../jail/jail.ts";

/** How much of what a stage writes is kept, in bytes. */
export interface KeptBytes {
  readonly stdout: number;
  readonly stderr: number;
}

/** The beginning of what a stage writes, up to a bound of each stream; what comes behind it is let go. */
export interface CapturedOutput {
  readonly take: OnOutput;
  /** What was kept of a stream; it is given once. */
  give(stream: "stdout" | "stderr"): Buffer;
  /** Whether something was let go. */
  readonly isCut: boolean;
}

/** Nothing is written yet. */
export function captureOutput(most: KeptBytes): CapturedOutput {
  const kept = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  const room = { ...most };
  let isCut = false;
  return {
    get isCut() {
      return isCut;
    },
    take(stream, chunk) {
      isCut ||= chunk.length > room[stream];
      const piece = chunk.subarray(0, room[stream]);
      if (piece.length === 0) return;
      room[stream] -= piece.length;
      kept[stream].push(piece);
    },
    give: (stream) => Buffer.concat(kept[stream].splice(0)),
  };
}

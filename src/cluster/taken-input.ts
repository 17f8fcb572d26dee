import type { StageControls } from "../jobs/job-follower.ts";
import { bare, type FrameWithBytes, frameCost } from "./frame.ts";
import type { FrameWriter } from "./frame-writer.ts";

/** What a caller sends to a job that this worker runs. */
export interface TakenInput {
  /** A stage runs, or none does any more. */
  stage(controls: StageControls | null): void;
  /** Takes one frame of the caller's. */
  take(frame: FrameWithBytes): void;
}

/**
 * Hands on what a caller sends. Input goes to the program one piece after the other, and the caller is told how much it took; nothing else
 * waits behind it.
 */
export function takenInput(writer: FrameWriter): TakenInput {
  let current: StageControls | null = null;
  let inputs: Promise<void> = Promise.resolve();
  let taken = 0;
  const inTurn = (action: () => void | Promise<void>) => {
    // A program that is over takes nothing more.
    inputs = inputs.then(action).catch(() => undefined);
  };
  return {
    stage(controls) {
      current = controls;
    },
    take(received) {
      const { frame, bytes } = received;
      const controls = current;
      if (frame.type === "taken") return writer.taken(frame.cost);
      if (frame.type === "signal") controls?.signal(frame.signal);
      if (frame.type === "resize") controls?.resize(frame.size);
      if (frame.type === "eof") inTurn(() => controls?.endInput());
      inTurn(async () => {
        if (frame.type === "input") await controls?.write(bytes);
        taken += frameCost(received);
        void writer.write(bare({ type: "taken", cost: taken }));
      });
    },
  };
}

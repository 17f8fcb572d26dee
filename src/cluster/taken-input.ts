import type { StageControls } from "../jobs/job-follower.ts";
import { bare, type FrameWithBytes, frameCost } from "./frame.ts";
import type { FrameWriter } from "./frame-writer.ts";

/** The caller is told how much was taken each time it is so much more: well below what may be on its way. */
const TAKEN_STEP_BYTES = 16_384;

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
  let [taken, said] = [0, 0];
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
        if (taken - said < TAKEN_STEP_BYTES) return;
        said = taken;
        void writer.write(bare({ type: "taken", cost: taken }));
      });
    },
  };
}

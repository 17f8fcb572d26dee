import type { StageControls } from "../../jobs/job-follower.ts";
import type { PauseReason } from "./pause-reasons.ts";

/** With more than this waiting for the program the client is not read any longer, in bytes. */
const WAITING_BYTES = 65_536;

/** What a message costs besides its data, about. */
const MESSAGE_BYTES = 64;

/** What a client types, on its way to the run stage. */
export interface ConnectInput {
  /** The program runs: it gets what came for it so far, and all that comes. */
  open(controls: StageControls): void;
  write(data: Buffer): void;
  /** The end of input, after all that was written; what comes after it is dropped. */
  end(): void;
}

/** Keeps input in order, and stops reading the client when the program does not take it. */
export function connectInput(peer: PauseReason): ConnectInput {
  const waiting: Buffer[] = [];
  let waitingBytes = 0;
  let program: StageControls | undefined;
  let ended = false;
  let pumping = false;
  const pump = async () => {
    if (pumping || program === undefined) return;
    pumping = true;
    for (let data = waiting[0]; data !== undefined; data = waiting[0]) {
      await program.write(data);
      waiting.shift();
      waitingBytes -= data.length + MESSAGE_BYTES;
      if (waitingBytes <= WAITING_BYTES) peer.resume();
    }
    pumping = false;
    if (ended) program.endInput();
  };
  return {
    open(controls) {
      program = controls;
      void pump();
    },
    write(data) {
      if (ended) return;
      waiting.push(data);
      waitingBytes += data.length + MESSAGE_BYTES;
      if (waitingBytes > WAITING_BYTES) peer.pause();
      void pump();
    },
    end() {
      ended = true;
      void pump();
    },
  };
}

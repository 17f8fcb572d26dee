import type { StageControls } from "../jobs/job-follower.ts";
import { bare } from "./frame.ts";
import type { FrameWriter } from "./frame-writer.ts";

/** What can be done with a stage that runs at a worker. */
export function remoteControls(writer: Pick<FrameWriter, "write">): StageControls {
  let room: Promise<void> | undefined;
  const send = (wait: Promise<void> | undefined) => {
    if (wait === undefined) return;
    room = wait.then(() => {
      room = undefined;
    });
  };
  return {
    write: async (bytes) => await writer.write({ frame: { type: "input" }, bytes }),
    endInput: () => send(writer.write(bare({ type: "eof" }))),
    signal: (signal) => send(writer.write(bare({ type: "signal", signal }))),
    resize: (size) => send(writer.write(bare({ type: "resize", size }))),
    get room() {
      return room;
    },
  };
}

import type { JobFollower, StageControls } from "../jobs/job-follower.ts";
import { bare } from "./frame.ts";
import type { FrameWriter } from "./frame-writer.ts";

/** A follower that writes all that it hears as frames; `onStage` hears what can be done with a stage that runs. */
export function relayingFollower(
  writer: Pick<FrameWriter, "write">,
  onStage: (controls: StageControls | null) => void = () => undefined,
): JobFollower {
  return {
    runtimeResolved: ({ language, version }) => writer.write(bare({ type: "runtime", language, version })),
    stageStarted(stage, controls) {
      void writer.write(bare({ type: "stage", stage }));
      onStage(controls);
    },
    output: (stage, stream, bytes) => writer.write({ frame: { type: "output", stage, stream }, bytes }),
    stageEnded(stage, result) {
      onStage(null);
      return writer.write(bare({ type: "exit", stage, result }));
    },
    caseEnded: (result) => writer.write(bare({ type: "case", result })),
  };
}

import type { JobFollower, StageControls } from "../jobs/job-follower.ts";
import type { FrameWithBytes } from "./frame.ts";

/**
 * Tells a follower what frames say. A job that was given back before it began resolves its runtime twice, and is told of once.
 */
export function followerFrames(
  follower: JobFollower,
  controls: StageControls,
): (frame: FrameWithBytes) => void | Promise<void> {
  let isResolved = false;
  return ({ frame, bytes }) => {
    switch (frame.type) {
      case "runtime":
        if (isResolved) return undefined;
        isResolved = true;
        return follower.runtimeResolved({ language: frame.language, version: frame.version });
      case "stage":
        return follower.stageStarted(frame.stage, controls);
      case "output":
        return follower.output(frame.stage, frame.stream, bytes);
      case "exit":
        return follower.stageEnded(frame.stage, frame.result);
      case "case":
        return follower.caseEnded?.(frame.result);
      default:
        return undefined;
    }
  };
}

import type { StageResult } from "../api/stage-result.ts";
import type { TestcaseResult } from "../api/testcases-result.ts";
import type { JobFollower, StageControls, StageName } from "../jobs/job-follower.ts";
import { type OutputDecoder, outputDecoder } from "../jobs/output-decoder.ts";

type Told = void | Promise<void>;

/** What a caller is told of a job while it runs: JobFollower with the output as text. */
export interface JobTelling {
  runtime(runtime: { readonly language: string; readonly version: string }): Told;
  stage(stage: StageName, controls: StageControls): void;
  /** Never empty, and never a part of a character. */
  output(stage: StageName, stream: "stdout" | "stderr", data: string): Told;
  exit(stage: StageName, result: StageResult): Told;
  testcase?(result: TestcaseResult): Told;
}

/** A follower that tells the output as text. */
export function textFollower(telling: JobTelling, encoding: "utf8" | "base64" = "utf8"): JobFollower {
  let decoder: OutputDecoder;
  return {
    runtimeResolved: (runtime) => telling.runtime(runtime),
    stageStarted(stage, controls) {
      decoder = outputDecoder(encoding);
      telling.stage(stage, controls);
    },
    output(stage, stream, chunk) {
      const text = decoder.write(stream, chunk);
      return text === "" ? undefined : telling.output(stage, stream, text);
    },
    async stageEnded(stage, result) {
      const { cause } = result;
      const cut = cause === "stdout" || cause === "stderr" ? cause : null;
      for (const [stream, text] of decoder.end(cut)) await telling.output(stage, stream, text);
      await telling.exit(stage, result);
    },
    caseEnded: (result) => telling.testcase?.(result),
  };
}

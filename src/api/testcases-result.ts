import Type, { type Static } from "typebox";
import { StageResultShape } from "./stage-result.ts";

const strict = { additionalProperties: false } as const;

/** Schema of what a judge says of a program, or of one run of it. */
export const VerdictShape = Type.Enum(["AC", "WA", "TLE", "MLE", "OLE", "RE", "CE", "CHK", "IE"], {
  description:
    "AC accepted; WA wrong answer; TLE, MLE, OLE the limit of time, memory or output was exceeded; RE it failed as it ran; CE it does not compile; CHK the checker or the interactor failed; IE a failure of ours.",
});

/** Schema of where an output is other than expected. */
export const DiffShape = Type.Object(
  {
    line: Type.Integer({ minimum: 1, description: "The first line that differs, of the output." }),
    expected: Type.Union([Type.String(), Type.Null()], {
      description: "What should stand there, from it on, cut; null: the output should have ended.",
    }),
    got: Type.Union([Type.String(), Type.Null()], {
      description: "What stands there, from it on, cut; null: the output had ended.",
    }),
  },
  strict,
);

const { exit_code, signal, cause, wall_time_ms, cpu_time_ms, memory_bytes } = StageResultShape.properties;

/** A case that a failure of ours ended has no stage to tell of. */
const causeOrNull = Type.Union([cause, Type.Null()], {
  description: "Why its run stage ended, as `cause` of a stage; null where that is not known (IE).",
});

/** Schema of what became of one case. */
export const TestcaseResultShape = Type.Object(
  {
    index: Type.Integer({ minimum: 0, description: "Its place in the request." }),
    name: Type.String({ description: "Its name, or its number." }),
    verdict: VerdictShape,
    weight: Type.Number({ description: "Its part of the score." }),
    score: Type.Number({ description: "What of its weight it got; a checker may give a part." }),
    message: Type.Union([Type.String(), Type.Null()], {
      description:
        "Why, in words: the stage's message, or the checker's, cut; null where there is nothing to say.",
    }),
    ...{ exit_code, signal, cause: causeOrNull, wall_time_ms, cpu_time_ms, memory_bytes },
    stdout: Type.String({ description: "The beginning of it, as text." }),
    stderr: Type.String({ description: "The beginning of it, as text." }),
    is_cut: Type.Boolean({ description: "Whether `stdout` or `stderr` is only a beginning." }),
    diff: Type.Union([DiffShape, Type.Null()], {
      description: "Where the output differs; null where it does not, or nothing was compared.",
    }),
  },
  strict,
);

/** Schema of what became of all cases. */
export const TestcasesResultShape = Type.Object(
  {
    verdict: {
      ...VerdictShape,
      description: "AC, or the verdict of the first case that has another; CE or CHK where nothing ran.",
    },
    score: Type.Number({ description: "Sum of the cases'." }),
    max_score: Type.Number({ description: "Sum of all weights, of cases that did not run too." }),
    message: Type.Union([Type.String(), Type.Null()], {
      description:
        "Why nothing ran where the checker or the interactor does not compile: what its compiler wrote, cut; else null.",
    }),
    cases: Type.Array(TestcaseResultShape, { description: "Those that ran, in the order of the request." }),
    not_run: Type.Integer({ minimum: 0, description: "Cases that were left out, after a failure." }),
  },
  strict,
);

/** What a judge says. */
export type Verdict = Static<typeof VerdictShape>;

/** Where an output is other than expected. */
export type Diff = Static<typeof DiffShape>;

/** What became of one case. */
export type TestcaseResult = Static<typeof TestcaseResultShape>;

/** What became of all cases. */
export type TestcasesResult = Static<typeof TestcasesResultShape>;

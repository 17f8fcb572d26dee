import Type, { type Static } from "typebox";
import { SomeStageLimitsShape } from "../schema/limits.ts";
import { ArgsShape, EncodingShape, JobFileShape, MOST_ITEMS, programFields } from "./job-file.ts";

const strict = { additionalProperties: false } as const;

/** Inputs of one job: problems have dozens, the largest some hundreds. */
export const MOST_TESTCASES = 1_000;

/** Schema of one input of a job, and of what is expected for it. */
export const TestcaseShape = Type.Object(
  {
    name: Type.Optional(
      Type.String({ maxLength: 256, description: "Left out, its number, counted from 1." }),
    ),
    stdin: Type.Optional(
      Type.String({ description: "What the program reads; left out, the job's `stdin`." }),
    ),
    stdin_encoding: Type.Optional(EncodingShape),
    args: Type.Optional({
      ...ArgsShape,
      default: undefined,
      description: "Arguments; left out, the job's.",
    }),
    files: Type.Optional(
      Type.Array(JobFileShape, {
        maxItems: MOST_ITEMS,
        default: [],
        description:
          "Files beside those of the job, for this case alone; each has a name, and none one of the job's.",
      }),
    ),
    expected: Type.Optional(
      Type.String({
        description:
          "What the program should print. Left out, its output is not compared: it passes if it ends well, or if the checker or the interactor says so.",
      }),
    ),
    expected_encoding: Type.Optional(EncodingShape),
    limits: Type.Optional({
      ...SomeStageLimitsShape,
      description: "Limits of the run stage for this case, over those of the job.",
    }),
    weight: Type.Optional(
      Type.Number({ minimum: 0, maximum: 1_000_000, default: 1, description: "Its part of the score." }),
    ),
  },
  strict,
);

/** Schema of how output is compared with what is expected. */
export const ComparisonShape = Type.Object(
  {
    mode: Type.Enum(["exact", "trimmed", "tokens", "floats", "unordered_lines"], {
      description:
        "`exact`: byte by byte. `trimmed`: white space at the ends of lines and empty lines at the end do not count. `tokens`: only what stands between white space. `floats`: like tokens, and numbers may differ by `epsilon`. `unordered_lines`: like trimmed, in any order.",
    }),
    epsilon: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1,
        default: 1e-6,
        description:
          "For `floats`: the difference that is allowed, absolute or as a part of the expected number.",
      }),
    ),
    ignore_case: Type.Optional(
      Type.Boolean({ default: false, description: "Whether `A` and `a` are the same." }),
    ),
  },
  strict,
);

/** Schema of a program of the judge's: a checker or an interactor. */
export const JudgeProgramShape = Type.Object(
  {
    ...programFields,
    limits: Type.Optional({
      ...SomeStageLimitsShape,
      description: "Limits of its run stage; the configured defaults otherwise.",
    }),
  },
  strict,
);

/** Fields of a job of many inputs. */
export const testcasesFields = {
  testcases: Type.Optional(
    Type.Array(TestcaseShape, {
      minItems: 1,
      maxItems: MOST_TESTCASES,
      description:
        "Inputs for one source: it is compiled once, and run for each of them in a jail of its own, several at a time. The answer has `testcases` in place of `run`.",
    }),
  ),
  comparison: Type.Optional({
    ...ComparisonShape,
    description: "How output is compared; left out, `trimmed`. Not with a checker or an interactor.",
  }),
  checker: Type.Optional({
    ...JudgeProgramShape,
    description:
      "A program that judges each output, in a jail of its own: its arguments are the names of three files, with the input, the program's output and what is expected; its exit code is the verdict, as testlib's: 0 right, 1 and 2 wrong, 3 the checker's own failure, 7 points on stderr.",
  }),
  interactor: Type.Optional({
    ...JudgeProgramShape,
    description:
      "A program that talks with the other one: what each prints, the other reads. Its arguments are the names of three files: the input, one that it may write, and what is expected; its exit code is the verdict, as a checker's.",
  }),
  stop_at_first_failure: Type.Optional(
    Type.Boolean({
      default: false,
      description: "Whether the cases after the first that fails are left out.",
    }),
  ),
};

/** One input of a job. */
export type Testcase = Static<typeof TestcaseShape>;

/** How output is compared. */
export type Comparison = Static<typeof ComparisonShape>;

/** A checker or an interactor. */
export type JudgeProgram = Static<typeof JudgeProgramShape>;

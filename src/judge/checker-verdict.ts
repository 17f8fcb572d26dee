import type { StageResult } from "../api/stage-result.ts";
import type { Verdict } from "../api/testcases-result.ts";
import { textHead } from "./text-head.ts";

/** What a checker or an interactor says of one run. */
export interface Judgement {
  readonly verdict: Extract<Verdict, "AC" | "WA" | "CHK">;
  /** The part of the case's weight that the run gets, 0 to 1. */
  readonly share: number;
  /** What the checker wrote, cut; or what became of it. Null where there is nothing to say. */
  readonly message: string | null;
}

/** Exit codes of testlib.h (TResult and its *_EXIT_CODE): ok, wrong answer, presentation error, dirt, points, unexpected end. */
const OK = 0;
const WRONG = [1, 2, 4, 8];
const FAIL = 3;
const POINTS = 7;

/** `_pc(n)` exits with 50 and n, a part of a hundred. */
const LEAST_PART = 50;
const MOST_PART = 150;

/** Of what a checker writes to stderr. */
const MESSAGE_CHARACTERS = 1_024;
const POINTS_WORD = "points";

/** Judges by how a checker or an interactor ended, and what it wrote to stderr. What testlib has no word for is its own failure. */
export function checkerVerdict(
  stage: Pick<StageResult, "cause" | "exit_code" | "message">,
  stderr: Buffer,
): Judgement {
  const said = textHead(stderr, MESSAGE_CHARACTERS).text.trim();
  const message = said === "" ? null : said;
  const { cause, exit_code: code } = stage;
  if (cause !== "exited" || code === null) return failed(stage.message ?? cause, said);
  if (code === OK) return { verdict: "AC", share: 1, message };
  if (WRONG.includes(code)) return { verdict: "WA", share: 0, message };
  if (code === POINTS) return byShare(pointsOf(said), said, "points that are no number from 0 to 1");
  if (code >= LEAST_PART && code <= MOST_PART)
    return byShare((code - LEAST_PART) / (MOST_PART - LEAST_PART), said, "");
  return failed(code === FAIL ? "it says that the failure is its own" : `exited with status ${code}`, said);
}

/** All of the weight is right; less is a wrong answer that gets a part. */
function byShare(share: number | null, said: string, problem: string): Judgement {
  if (share === null) return failed(problem, said);
  return { verdict: share === 1 ? "AC" : "WA", share, message: said === "" ? null : said };
}

function failed(how: string, said: string): Judgement {
  return { verdict: "CHK", share: 0, message: said === "" ? how : `${how}: ${said}` };
}

/** Of `points 0.5`, and whatever stands behind it. */
function pointsOf(said: string): number | null {
  const [word, text = ""] = said.split(/\s/, 2);
  const points = Number(text);
  return word === POINTS_WORD && text !== "" && points >= 0 && points <= 1 ? points : null;
}

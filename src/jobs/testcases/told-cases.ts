import type { TestcaseResult } from "../../api/testcases-result.ts";
import type { JobFollower } from "../job-follower.ts";

/** Tells a follower of cases, one after the other. */
export interface ToldCases {
  /** Resolves when this one, and those told before, were heard. Rejects like the follower. */
  tell(result: TestcaseResult): Promise<void>;
}

/** In the order in which they end; or in that of the request, where what follows a failure is not to be heard of. */
export function tellCases(follower: JobFollower | undefined, isInOrder: boolean): ToldCases {
  const waiting = new Map<number, TestcaseResult>();
  let next = 0;
  let told: Promise<void> = Promise.resolve();
  const say = (result: TestcaseResult) => {
    told = told.then(() => follower?.caseEnded?.(result));
  };
  return {
    async tell(result) {
      if (!isInOrder) say(result);
      else waiting.set(result.index, result);
      for (let due = waiting.get(next); due !== undefined; due = waiting.get(next)) {
        waiting.delete(next);
        // Nothing follows the first failure.
        next = due.verdict === "AC" ? next + 1 : Number.POSITIVE_INFINITY;
        say(due);
      }
      await told;
    },
  };
}

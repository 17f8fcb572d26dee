import type { Verdict } from "../api/testcases-result.ts";
import type { Judgement } from "./checker-verdict.ts";

/** How a program and its interactor ended. */
export interface Interaction {
  /** What the program's end alone says; null where it ended well. */
  readonly program: Verdict | null;
  /** Whether the program's end was known before the interactor's. */
  readonly isProgramFirst: boolean;
  readonly interactor: Judgement;
}

/**
 * Whose word counts. A program that failed while its interactor still talked failed by itself. Where the interactor had ended
 * before and was not content, what became of the program then (it reads no more, or was killed) says nothing; where it was
 * content, the program must still end well.
 */
export function interactionVerdict({ program, isProgramFirst, interactor }: Interaction): {
  readonly verdict: Verdict;
  readonly share: number;
  readonly isInteractors: boolean;
} {
  const isProgrammed = program !== null && (isProgramFirst || interactor.verdict === "AC");
  if (isProgrammed) return { verdict: program, share: 0, isInteractors: false };
  return { verdict: interactor.verdict, share: interactor.share, isInteractors: true };
}

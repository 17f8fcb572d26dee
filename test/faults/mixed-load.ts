import { setTimeout as sleep } from "node:timers/promises";
import { type Answer, KINDS } from "./ask-kinds.ts";

/** One request and its only answer; times are of performance.now(). */
export interface Asked {
  readonly kind: string;
  readonly answer: Answer;
  readonly sentAt: number;
  readonly answeredAt: number;
}

/** Callers of every kind, each with one request after the other. Disposal waits for the last answers. */
export interface MixedLoad extends AsyncDisposable {
  readonly asked: readonly Asked[];
  /** Kinds of which a request that was sent after this moment was answered rightly. */
  rightSince(moment: number): ReadonlySet<string>;
}

/** A caller that was refused asks again after so long. */
const PAUSE_MS = 20;

/** Lets callers of every kind ask, `each` of a kind at one time. */
export function startMixedLoad(url: string, each = 1): MixedLoad {
  const asked: Asked[] = [];
  let ending = false;
  const callers = Object.keys(KINDS).flatMap((kind) =>
    Array.from({ length: each }, (_, index) => [kind, index] as const),
  );
  const loops = callers.map(async ([kind, index]) => {
    for (let turn = 0; !ending; turn += 1) {
      const sentAt = performance.now();
      const answer = await KINDS[kind]?.(url, `word-${kind}-${index}-${turn}`);
      asked.push({ kind, answer: answer ?? "", sentAt, answeredAt: performance.now() });
      await sleep(PAUSE_MS);
    }
  });
  return {
    asked,
    rightSince: (moment) =>
      new Set(
        asked.filter(({ answer, sentAt }) => answer === "right" && sentAt > moment).map(({ kind }) => kind),
      ),
    async [Symbol.asyncDispose]() {
      ending = true;
      await Promise.all(loops);
    },
  };
}

/** How often each answer but the right one was given. */
export function faultsIn(asked: readonly Asked[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { answer } of asked) if (answer !== "right") counts[answer] = (counts[answer] ?? 0) + 1;
  return counts;
}

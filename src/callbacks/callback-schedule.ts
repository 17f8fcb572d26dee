const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Pauses before the tries of a delivery, the first of them first. */
const PAUSES_MS = [0, SECOND, 5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, HOUR, 6 * HOUR];

/** Many that failed together must not come back together. */
const JITTER = 0.2;

/** How often a delivery is tried at most. */
export const MOST_TRIES = PAUSES_MS.length;

/** Milliseconds before the next try, after so many: up to a fifth longer than the plan says. Null: it is given up. */
export function pauseAfter(tries: number, random: () => number = Math.random): number | null {
  const pause = PAUSES_MS[tries];
  return pause === undefined ? null : Math.round(pause * (1 + JITTER * random()));
}

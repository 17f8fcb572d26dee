import type { Parameters } from "fast-check";

/** How many times as many runs as in the short one: PROPERTY_FACTOR=100 for a long one. */
const FACTOR = Number(process.env.PROPERTY_FACTOR ?? 1);

/** So many runs of a property; a failure names the seed and path that show it again. */
export function runs(count: number): Parameters<unknown> {
  return { numRuns: Math.ceil(count * FACTOR) };
}

/** How long a test of properties may take, in milliseconds. */
export const PATIENCE_MS = 120_000 * Math.max(FACTOR, 1);

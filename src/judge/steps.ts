/** Work in steps of a few milliseconds: between two of them others may have their turn. */
export type Steps<Value> = Generator<void, Value, void>;

/** Bytes of one step: a few milliseconds at most. */
export const STEP_BYTES = 262_144;

/** Does all the work at once. */
export function atOnce<Value>(steps: Steps<Value>): Value {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

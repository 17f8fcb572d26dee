import { getHeapStatistics } from "node:v8";

/** What is looked at: whether jobs run or wait. */
export interface Work {
  readonly running: number;
  readonly waiting: number;
}

/** Looks this far apart, in milliseconds, must find nothing to do, one after the other. */
const QUIET_MS = 5_000;

/** Less than this, in bytes, is not worth a collection. */
const LITTLE_BYTES = 4 * 1_048_576;

/**
 * Collects the garbage of the start at once, and that of jobs whenever a while has passed without any: by itself V8
 * collects when more is wanted, so that an idle daemon would keep what a busy one has left, half as much again as it
 * needs. Harmless where Node was not started with --expose-gc: then nothing is collected. Disposing ends it.
 */
export function collectGarbage(work: Work): Disposable {
  const { gc } = globalThis;
  if (gc === undefined) return { [Symbol.dispose]: () => undefined };
  gc();
  let kept = usedBytes();
  let wasIdle = false;
  const look = () => {
    const isIdle = work.running === 0 && work.waiting === 0;
    if (isIdle && wasIdle && usedBytes() > kept + LITTLE_BYTES) {
      gc();
      kept = usedBytes();
    }
    wasIdle = isIdle;
  };
  const timer = setInterval(look, QUIET_MS).unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

function usedBytes(): number {
  return getHeapStatistics().used_heap_size;
}

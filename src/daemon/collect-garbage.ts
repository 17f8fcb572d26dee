import { getHeapStatistics } from "node:v8";

/** What is looked at: whether jobs run or wait. */
export interface Work {
  readonly running: number;
  readonly waiting: number;
}

/** Two looks in a row, this far apart in milliseconds, must find nothing to do. */
const QUIET_MS = 10_000;

/** Less than this, in bytes, is not worth a collection. */
const LITTLE_BYTES = 4 * 1_048_576;

/**
 * Collects all garbage, that of the start too, whenever there has been nothing to do for a while: by itself V8 collects
 * when more is wanted, so that an idle daemon would keep what a busy one has left, half as much again as it needs. It
 * takes a tenth of a second, and pages that are half empty are given back. Harmless where Node was not started with
 * --expose-gc: then nothing is collected. Disposing ends it.
 */
export function collectGarbage(work: Work, quietMs = QUIET_MS): Disposable {
  const { gc } = globalThis;
  if (gc === undefined) return { [Symbol.dispose]: () => undefined };
  let kept = 0;
  let wasIdle = false;
  const look = () => {
    const isIdle = work.running === 0 && work.waiting === 0;
    if (isIdle && wasIdle && usedBytes() > kept + LITTLE_BYTES) {
      gc({ type: "major", execution: "sync", flavor: "last-resort" });
      kept = usedBytes();
    }
    wasIdle = isIdle;
  };
  const timer = setInterval(look, quietMs).unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

function usedBytes(): number {
  return getHeapStatistics().used_heap_size;
}

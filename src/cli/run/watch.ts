import { type FSWatcher, watch as watchPath } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CrankcaseError } from "../../errors/crankcase-error.ts";

/** Editors write a file in several steps. */
const SETTLE_MS = 100;

/** Tells of changes. Disposal ends that. */
export interface Changes extends Disposable {
  /** Aborts at the first change since the call before. */
  next(): AbortSignal;
}

/**
 * Watches files and folders. A file is watched by its folder, since editors put a new one in its place. Throws
 * `invalid_command` for what cannot be watched.
 */
export async function watchChanges(paths: readonly string[]): Promise<Changes> {
  using held = new DisposableStack();
  let change = new AbortController();
  const onChange = () => change.abort();
  for (const path of paths) {
    const watcher = await watcherOf(path, onChange);
    // Of a folder that is removed: the run that follows tells what is missing.
    watcher.on("error", onChange);
    held.defer(() => watcher.close());
  }
  const owned = held.move();
  return {
    next() {
      change = new AbortController();
      return change.signal;
    },
    [Symbol.dispose]: () => owned.dispose(),
  };
}

/** Resolves once the signal has aborted and writing has settled; rejects with the reason of the other one. */
export async function settled(change: AbortSignal, stop: AbortSignal): Promise<void> {
  const both = AbortSignal.any([change, stop]);
  if (!both.aborted) {
    await new Promise<void>((resolve) => both.addEventListener("abort", () => resolve(), { once: true }));
  }
  stop.throwIfAborted();
  await sleep(SETTLE_MS, undefined, { signal: stop });
}

async function watcherOf(path: string, onChange: () => void): Promise<FSWatcher> {
  try {
    if ((await stat(path)).isDirectory()) return watchPath(path, { recursive: true }, onChange);
    const name = basename(path);
    return watchPath(dirname(path), (_event, changed) => {
      if (changed === null || changed === name) onChange();
    });
  } catch (cause) {
    throw new CrankcaseError("invalid_command", `${path} cannot be watched: ${(cause as Error).message}`, {
      cause,
    });
  }
}

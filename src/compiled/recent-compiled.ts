import { type Compiled, compiledBytes } from "./compiled.ts";

/** Entries in memory; those that were not used for longest go where room is needed. */
export interface RecentCompiled {
  get(key: string): Compiled | null;
  set(key: string, compiled: Compiled): void;
}

/** Nothing is kept yet; `boundBytes` is what all entries together may take. */
export function recentCompiled(boundBytes: number): RecentCompiled {
  /** The one that was used longest ago first. */
  const kept = new Map<string, Compiled>();
  let bytes = 0;
  const drop = (key: string) => {
    const compiled = kept.get(key);
    if (compiled === undefined) return;
    kept.delete(key);
    bytes -= compiledBytes(compiled);
  };
  return {
    get(key) {
      const compiled = kept.get(key);
      if (compiled === undefined) return null;
      kept.delete(key);
      kept.set(key, compiled);
      return compiled;
    },
    set(key, compiled) {
      drop(key);
      const size = compiledBytes(compiled);
      if (size > boundBytes) return;
      for (const oldest of [...kept.keys()]) {
        if (bytes + size <= boundBytes) break;
        drop(oldest);
      }
      kept.set(key, compiled);
      bytes += size;
    },
  };
}

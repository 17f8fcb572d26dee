/** Lists of items that were read from results and may be needed again soon; what is not kept is read again. */
export interface RecentLists {
  get(key: string): readonly unknown[] | undefined;
  keep(key: string, items: readonly unknown[]): void;
  drop(key: string): void;
}

/** About what an item takes of memory beside its text. */
const ITEM_COST_BYTES = 64;

/** Keeps as many as come to so many bytes, the latest used. */
export function recentLists(mostBytes: number): RecentLists {
  const kept = new Map<string, { readonly items: readonly unknown[]; readonly bytes: number }>();
  let bytes = 0;
  const drop = (key: string) => {
    bytes -= kept.get(key)?.bytes ?? 0;
    kept.delete(key);
  };
  return {
    get(key) {
      const found = kept.get(key);
      if (found === undefined) return undefined;
      kept.delete(key);
      kept.set(key, found);
      return found.items;
    },
    keep(key, items) {
      drop(key);
      const size = items.reduce<number>((sum, item) => sum + costOf(item), 0);
      if (size > mostBytes) return;
      kept.set(key, { items, bytes: size });
      bytes += size;
      for (const oldest of kept.keys()) {
        if (bytes <= mostBytes) return;
        drop(oldest);
      }
    },
    drop,
  };
}

/** What is nested deeper than it can be written is never kept. */
function costOf(item: unknown): number {
  try {
    return ITEM_COST_BYTES + 2 * (typeof item === "string" ? item : JSON.stringify(item)).length;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

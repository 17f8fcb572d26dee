import type { JobQueue } from "./job-queue.ts";
import { type LinkedList, linkedList, type Place } from "./linked-list.ts";

/** What waits of one client's, and the client's place among those whose turn comes. */
interface Line<T> {
  readonly items: LinkedList<T>;
  turn: Place<string>;
}

/**
 * A queue in this process's memory in which clients take turns, one item each, and a client's own items keep their order:
 * who comes with one waits for at most one of every other client's, not for the thousand that came before it. Each call
 * takes a handful of steps, however many wait.
 */
export function fairQueue<T>(): JobQueue<T> {
  const lines = new Map<string, Line<T>>();
  const turns = linkedList<string>();
  let size = 0;

  const lineOf = (client: string): Line<T> => {
    const known = lines.get(client);
    if (known !== undefined) return known;
    const line = { items: linkedList<T>(), turn: turns.append(client) };
    lines.set(client, line);
    return line;
  };

  const takeOut = (client: string, line: Line<T>, place: Place<T>) => {
    place.remove();
    size -= 1;
    if (line.items.size > 0) return;
    line.turn.remove();
    lines.delete(client);
  };

  return {
    get size() {
      return size;
    },
    get first() {
      const client = turns.first?.item;
      return client === undefined ? undefined : lines.get(client)?.items.first?.item;
    },
    sizeOf: (client) => lines.get(client)?.items.size ?? 0,
    add(client, item) {
      const line = lineOf(client);
      const place = line.items.append(item);
      size += 1;
      return () => {
        if (place.isIn) takeOut(client, line, place);
      };
    },
    next() {
      const client = turns.first?.item;
      const line = client === undefined ? undefined : lines.get(client);
      const place = line?.items.first;
      if (client === undefined || line === undefined || place === undefined) return undefined;
      line.turn.remove();
      line.turn = turns.append(client);
      takeOut(client, line, place);
      return place.item;
    },
  };
}

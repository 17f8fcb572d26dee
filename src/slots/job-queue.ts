/**
 * Who waits for a turn, behind as little as a gate needs of it: a queue that is kept elsewhere can stand in its place.
 */
export interface JobQueue<T> {
  /** Who wait in it. */
  readonly size: number;
  /** Who wait of one client's. */
  sizeOf(client: string): number;
  /** Adds one. What it gives back takes that one out again; harmless when it has had its turn. */
  add(client: string, item: T): () => void;
  /** Whose turn it is; undefined when nobody waits. */
  readonly first: T | undefined;
  /** Takes that one out; undefined when nobody waits. */
  next(): T | undefined;
}

/** How many jobs may wait. */
export interface QueueBounds {
  readonly queueBound: number;
  /** Of those, one client's; left out: as many. */
  readonly queueBoundPerClient?: number;
}

/** Of the bound: who has less than that waiting still finds room when others have filled the queue. */
const SHARE_BEYOND = 1 / 8;

/** So many times the bound may wait in all: the queue is bounded also against a crowd of clients. */
const MOST_TIMES = 2;

/**
 * Whether one more job of a client that has `own` jobs waiting may wait, beside `all` of everybody's. A lone client may
 * fill the queue, and yet cannot keep another one out.
 */
export function hasRoom(bounds: QueueBounds, all: number, own: number): boolean {
  const { queueBound, queueBoundPerClient = queueBound } = bounds;
  if (own >= queueBoundPerClient) return false;
  return all < queueBound || (all < MOST_TIMES * queueBound && own < queueBound * SHARE_BEYOND);
}

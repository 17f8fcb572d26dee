import type { QueuedEvent } from "./queued-event.ts";

/** Keeps count of what was told of a job, so that what is told again after a lost connection is not shown twice. */
export class Unseen {
  #seen = new Map<string, number>();
  #told = new Map<string, number>();
  #cases = new Set<number>();
  #starts = 0;

  /** Everything is told from the beginning again. */
  restart(): void {
    this.#told = new Map();
  }

  /** What of an event is new; null if nothing is. */
  of(event: QueuedEvent): QueuedEvent | null {
    if (event.event === "state" && event.starts !== this.#starts) this.#startAgain(event.starts);
    if (event.event === "case") {
      if (this.#cases.has(event.index)) return null;
      this.#cases.add(event.index);
    }
    return event.event === "output" ? this.#output(event) : event;
  }

  /** Another start of the job writes all of its output anew. */
  #startAgain(starts: number): void {
    this.#starts = starts;
    this.#seen = new Map();
    this.#told = new Map();
    this.#cases = new Set();
  }

  #output(event: Extract<QueuedEvent, { readonly event: "output" }>): QueuedEvent | null {
    const key = `${event.stage} ${event.stream}`;
    const before = this.#told.get(key) ?? 0;
    const seen = this.#seen.get(key) ?? 0;
    const end = before + event.data.length;
    this.#told.set(key, end);
    if (end <= seen) return null;
    this.#seen.set(key, end);
    return { ...event, data: event.data.slice(Math.max(0, seen - before)) };
  }
}

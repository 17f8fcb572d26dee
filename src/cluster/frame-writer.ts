import { setTimeout as sleep } from "node:timers/promises";
import { encodeFrames, type FrameWithBytes, frameCost } from "./frame.ts";

/** Bytes that may wait here for the store. */
const MOST_PENDING = 262_144;

/** Bytes of one entry, about. */
const ENTRY_BYTES = 262_144;

/** Before an entry that the store did not take is tried again, in milliseconds. */
const RETRY_MS = 250;

/** What writing frames takes. */
export interface FrameWriterDeps {
  /** Appends an entry, and says so to whoever reads. */
  readonly append: (entry: Buffer) => Promise<void>;
  /** How much may be written and not yet taken by the reader, in bytes; null where all is kept for whoever comes late. */
  readonly window: number | null;
  /** Nobody reads any more: what waits is dropped. */
  readonly signal: AbortSignal;
}

/**
 * Writes frames in their order. While an entry is on its way to the store what comes is gathered for the next one: a chatty
 * program costs few operations, and a quiet one waits for nobody.
 */
export class FrameWriter {
  readonly #deps: FrameWriterDeps;
  #pending: FrameWithBytes[] = [];
  #pendingBytes = 0;
  #written = 0;
  #taken = 0;
  #sending: Promise<void> | undefined;
  #room = Promise.withResolvers<void>();

  constructor(deps: FrameWriterDeps) {
    this.#deps = deps;
    deps.signal.addEventListener("abort", () => this.#makeRoom(), { once: true });
  }

  /** Takes a frame. A promise settles when there is room for more, or nobody reads any more; it never rejects. */
  write(frame: FrameWithBytes): Promise<void> | undefined {
    if (this.#deps.signal.aborted) return undefined;
    const cost = frameCost(frame);
    this.#pending.push(frame);
    this.#pendingBytes += cost;
    this.#written += cost;
    this.#sending ??= this.#send();
    return this.#hasRoom ? undefined : this.#untilRoom();
  }

  /** The reader has taken so much since the beginning. */
  taken(cost: number): void {
    this.#taken = Math.max(this.#taken, cost);
    if (this.#hasRoom) this.#makeRoom();
  }

  /** Settles when all is in the store, or nobody reads any more. */
  async flushed(): Promise<void> {
    while (this.#sending !== undefined) await this.#sending;
  }

  get #hasRoom(): boolean {
    const { window, signal } = this.#deps;
    if (signal.aborted) return true;
    return this.#pendingBytes < MOST_PENDING && (window === null || this.#written - this.#taken < window);
  }

  async #untilRoom(): Promise<void> {
    while (!this.#hasRoom) await this.#room.promise;
  }

  #makeRoom(): void {
    this.#room.resolve();
    this.#room = Promise.withResolvers();
  }

  async #send(): Promise<void> {
    const { append, signal } = this.#deps;
    // What is written in one go goes in one entry.
    await Promise.resolve();
    while (this.#pending.length > 0 && !signal.aborted) {
      const entry = encodeFrames(this.#nextEntry());
      while (!signal.aborted) {
        try {
          await append(entry);
          break;
        } catch {
          await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
        }
      }
      if (this.#hasRoom) this.#makeRoom();
    }
    // At once: what is written from now on begins anew.
    this.#sending = undefined;
  }

  #nextEntry(): FrameWithBytes[] {
    let bytes = 0;
    const number = this.#pending.findIndex((frame) => {
      bytes += frameCost(frame);
      return bytes >= ENTRY_BYTES;
    });
    const entry = this.#pending.splice(0, number < 0 ? this.#pending.length : number + 1);
    this.#pendingBytes -= entry.reduce((sum, frame) => sum + frameCost(frame), 0);
    return entry;
  }
}

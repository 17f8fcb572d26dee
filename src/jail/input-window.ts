import { INPUT_WINDOW_BYTES } from "./frame.ts";
import { protocolBroken } from "./jail-errors.ts";

/** With so many bytes waiting for a program that does not read, its writer does not wait for `write` to resolve. */
const MAX_WAITING_BYTES = 1_048_576;

/** Sends one piece of input, of 1 to 65,536 bytes; an empty one means the end of input. */
export type SendInput = (data: Buffer) => void;

interface Waiting {
  data: Buffer;
  readonly resolve: () => void;
}

/**
 * The input of one stage on its way to the program. At most 65,536 bytes are sent ahead of what the program has taken;
 * the rest waits here, in order.
 */
export class InputWindow {
  readonly #send: SendInput;
  readonly #queue: Waiting[] = [];
  #credit = INPUT_WINDOW_BYTES;
  #waitingBytes = 0;
  #ending = false;
  #ended = false;
  #over = false;

  constructor(send: SendInput) {
    this.#send = send;
  }

  /** Resolves once the data is sent and there is room for more, or once the stage is over. */
  write(data: Buffer): Promise<void> {
    if (this.#over) return Promise.resolve();
    if (this.#ending) return Promise.reject(new Error("input was written after its end"));
    if (this.#waitingBytes >= MAX_WAITING_BYTES) {
      return Promise.reject(new RangeError("input was written without waiting for room"));
    }
    this.#waitingBytes += data.length;
    return new Promise((resolve) => {
      this.#queue.push({ data, resolve });
      this.#pump();
    });
  }

  /** Ends the input after all that was written; doing so twice is harmless. */
  end(): void {
    this.#ending = true;
    this.#pump();
  }

  /** The program took that many bytes. Throws `jailer_failed` when so many were not on their way. */
  taken(bytes: number): void {
    this.#credit += bytes;
    if (this.#credit > INPUT_WINDOW_BYTES) throw protocolBroken("more input was taken than sent");
    this.#pump();
  }

  /** The stage is over: nothing more is sent, and nobody waits any longer. */
  close(): void {
    this.#over = true;
    for (const waiting of this.#queue.splice(0)) waiting.resolve();
  }

  #pump(): void {
    for (let first = this.#queue[0]; first !== undefined; first = this.#queue[0]) {
      this.#sendSome(first);
      if (this.#credit === 0) return;
      this.#queue.shift();
      first.resolve();
    }
    if (this.#ending && !this.#ended && !this.#over) this.#sendEnd();
  }

  #sendSome(waiting: Waiting): void {
    const piece = waiting.data.subarray(0, this.#credit);
    if (piece.length === 0) return;
    waiting.data = waiting.data.subarray(piece.length);
    this.#credit -= piece.length;
    this.#waitingBytes -= piece.length;
    this.#send(piece);
  }

  #sendEnd(): void {
    this.#ended = true;
    this.#send(Buffer.alloc(0));
  }
}
